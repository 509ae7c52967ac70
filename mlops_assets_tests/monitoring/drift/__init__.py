"""Tests of mlops_assets/monitoring/drift."""
