"""Helpers used by several writers."""
