"""The PostgreSQL we carry along, for tenants without a database of their own."""
