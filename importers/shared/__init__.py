"""Helpers used by several readers (XML, HTML)."""
