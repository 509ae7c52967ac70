"""Benchmarks run by `make bench`: our speed compared with the same work without us."""
