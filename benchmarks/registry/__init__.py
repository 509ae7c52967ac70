"""Benchmarks of the registry: commands with many versions, kills, backup and restore."""
