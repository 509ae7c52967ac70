"""Figures of predictions and their errors; safe to draw in any thread."""
