"""Tests of mlops_assets/golden_record."""
