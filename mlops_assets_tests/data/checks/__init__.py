"""Tests of mlops_assets/data/checks."""
