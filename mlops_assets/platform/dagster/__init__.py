"""Dagster: its home and storage, the IO manager, and what it remembers of runs."""
