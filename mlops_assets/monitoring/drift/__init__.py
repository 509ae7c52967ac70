"""Detect drift of a day's rows from the training data of a version."""
