"""Tests of mlops_assets/registry/compare."""
