"""Tests of mlops_assets/tasks/metrics."""
