"""Tests of mlops_assets/operations/health."""
