"""Tests of mlops_assets/platform/dagster."""
