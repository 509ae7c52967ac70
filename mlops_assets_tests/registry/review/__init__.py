"""Tests of mlops_assets/registry/review."""
