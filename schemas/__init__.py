"""The ground floor: what a bundle is, what can be wrong with it, and the tenant's tables.

Pure: no network, no database, no command line. Everything else stands on this package.
"""
