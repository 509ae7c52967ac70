"""Benchmarks of the closed loop: drift verdicts and the retrains they trigger."""
