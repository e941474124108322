"""Form, apart from facts: findings, plans and reports as people and machines want to read them."""
