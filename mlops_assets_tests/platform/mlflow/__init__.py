"""Tests of mlops_assets/platform/mlflow."""
