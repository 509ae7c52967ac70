"""Refit a version from its recorded data, code and seed, and compare."""
