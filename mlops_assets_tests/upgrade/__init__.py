"""Homes made by earlier releases, used by today's code."""
