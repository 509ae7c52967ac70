"""Tests of `mlops_assets.core.sources`."""
