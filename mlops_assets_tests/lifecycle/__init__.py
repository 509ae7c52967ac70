"""Tests of `mlops_assets.lifecycle`."""
