"""Dagster: its home and storage, the IO manager, and access to its runs."""
