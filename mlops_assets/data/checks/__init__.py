"""Data checks: blocking ones and warnings."""
