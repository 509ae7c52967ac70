"""Benchmark a day that is larger than memory, through the real assets."""
