"""Tests of `mlops_assets.kinds`."""
