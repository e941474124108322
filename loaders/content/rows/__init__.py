"""What the model looks like in the tenant's tables, there and back."""
