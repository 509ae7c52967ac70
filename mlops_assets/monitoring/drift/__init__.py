"""Drift: what a version was trained on, and whether a day still looks like it."""
