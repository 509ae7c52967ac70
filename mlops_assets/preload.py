"""Imported once by the fork server of the multiprocess executor, for all steps."""

import scipy.special  # noqa: F401  # before MLflow, see lifecycle/recorded.py

# isort: split
import dagster_mlflow  # noqa: F401
import matplotlib.figure  # noqa: F401
import mlflow.sklearn  # noqa: F401
import pandas  # noqa: F401
import sklearn.ensemble  # noqa: F401

import mlops_assets.definitions
import mlops_assets.lifecycle.shared
import mlops_assets.loading  # noqa: F401
