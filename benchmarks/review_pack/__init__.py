"""Measure what the packs of an evaluation cost."""
