"""Versions or runs side by side."""
