"""The live side: everything that opens a connection (media stores, tenant databases)."""
