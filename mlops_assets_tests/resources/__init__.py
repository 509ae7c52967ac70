"""Tests of `mlops_assets.resources`."""
