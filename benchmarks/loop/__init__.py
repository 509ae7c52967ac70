"""Benchmarks of the closed loop: the drift verdict and the retrain it leads to."""
