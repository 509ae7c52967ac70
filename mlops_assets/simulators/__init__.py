"""Simulated systems: one module each, with a function `simulate` that makes up rows."""
