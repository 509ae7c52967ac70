"""Tests of `mlops_assets/retraining/backtest/`."""
