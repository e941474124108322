"""From what a tenant holds and what a bundle wants to what has to change."""
