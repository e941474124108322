"""Composes readers, writers and loaders into check → plan → publish → export. Only here are the steps known."""
