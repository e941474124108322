"""What somebody edited in a tenant since the last publish, told apart from what was published."""
