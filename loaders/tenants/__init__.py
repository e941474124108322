"""One tenant's PostgreSQL: where it is, how it is reached, its tables."""
