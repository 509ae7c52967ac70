"""Tests of mlops_assets/data/sources."""
