"""Resolve records into people: stable golden ids, golden records, and a review queue."""
