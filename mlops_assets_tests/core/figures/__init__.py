"""Tests of `mlops_assets.core.figures`."""
