"""Tests of `mlops_assets.core.metrics`."""
