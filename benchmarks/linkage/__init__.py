"""Benchmarks of golden_record: quality, and cost compared with plain Splink."""
