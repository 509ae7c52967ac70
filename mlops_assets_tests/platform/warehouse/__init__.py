"""Tests of mlops_assets/platform/warehouse."""
