"""Benchmark the memory of a retrain, and of a day, of tables larger than it."""
