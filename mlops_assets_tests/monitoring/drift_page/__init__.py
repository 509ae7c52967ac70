"""Tests of mlops_assets/monitoring/drift_page."""
