"""Edits of a tenant written back into the bundle's own files."""
