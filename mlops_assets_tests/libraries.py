"""Imported once by the server that forks commands: what most of them need, but not the package."""

import os
import warnings

# MLflow reads this when it is imported; the package sets it too.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
warnings.simplefilter("ignore")  # what libraries warn about themselves as they are imported

import dagster  # noqa: E402, F401
import dagster_mlflow  # noqa: E402, F401
import duckdb  # noqa: E402, F401
import matplotlib.figure  # noqa: E402, F401
import mlflow.sklearn  # noqa: E402
import mlflow.store.model_registry.sqlalchemy_store  # noqa: E402
import mlflow.store.tracking.sqlalchemy_store  # noqa: E402, F401
import pandas  # noqa: E402, F401
import psycopg  # noqa: E402, F401
import pyarrow.parquet  # noqa: E402, F401
import scipy.stats  # noqa: E402, F401
import sklearn.ensemble  # noqa: E402
import sklearn.inspection  # noqa: E402
import sklearn.linear_model  # noqa: E402
import sklearn.model_selection  # noqa: E402, F401
import skops.io  # noqa: E402, F401
import typer  # noqa: E402, F401
import yaml  # noqa: E402, F401

warnings.resetwarnings()
