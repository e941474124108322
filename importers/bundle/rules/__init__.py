"""What JSON Schema cannot say: one rule, one function, one id. The modules go by what a rule looks at."""
