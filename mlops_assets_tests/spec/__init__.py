"""Tests of mlops_assets/spec."""
