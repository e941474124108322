"""One tenant's PostgreSQL: reaching it, its tables, and content between rows and the model."""
