"""Comparing groups of people."""
