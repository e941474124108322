"""Composes readers, writers and loaders: check → plan → publish → export. Only here are the steps known."""
