"""From a plan to set-based SQL."""
