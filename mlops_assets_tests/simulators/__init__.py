"""Tests of `mlops_assets.simulators`."""
