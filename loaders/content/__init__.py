"""Content between the model and the rows of a tenant: read it, compare it (plan), apply the plan."""
