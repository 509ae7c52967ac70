"""Tests of mlops_assets/alerts."""
