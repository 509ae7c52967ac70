"""Tests of mlops_assets/monitoring/performance."""
