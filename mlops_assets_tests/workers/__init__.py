"""Runs that execute on other machines: here, nodes of a Ray cluster on loopback."""
