"""Rows that many tenants of one database get: sent there once, copied on the server (docs/adr/0011)."""
