"""Tests of mlops_assets/data/profile."""
