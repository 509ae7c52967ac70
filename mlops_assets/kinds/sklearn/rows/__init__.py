"""Predict single rows of a fitted pipeline without pandas: a hundred times as fast."""
