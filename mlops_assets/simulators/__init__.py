"""Simulated systems: one module each, with a function `simulate` that generates rows."""
