"""Learners' records out of a tenant, as CSV streamed by COPY."""
