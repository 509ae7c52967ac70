"""Tests of mlops_assets/platform/ui."""
