"""Evaluate models on held-out rows, and judge them by their quality gates."""
