"""One piece of work for many tenants: which, in what order, how many at once, and what became of each."""
