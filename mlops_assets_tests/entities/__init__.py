"""Tests of mlops_assets/entities."""
