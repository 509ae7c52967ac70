"""Imported once by the server that forks commands: what most of them need, but not the package."""

import gc
import os
import warnings

# MLflow reads this when it is imported; the package sets it too.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what libraries say about themselves
    import dagster._core.storage.sqlite_storage  # noqa: F401
    import dagster_mlflow  # noqa: F401
    import duckdb  # noqa: F401
    import matplotlib.backends.backend_agg
    import matplotlib.figure  # noqa: F401
    import mlflow.pyfunc
    import mlflow.sklearn
    import mlflow.store.model_registry.sqlalchemy_store
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
    import pandas  # noqa: F401
    import psycopg  # noqa: F401
    import pyarrow.dataset
    import pyarrow.parquet  # noqa: F401
    import scipy.stats  # noqa: F401
    import sklearn.ensemble
    import sklearn.inspection
    import sklearn.linear_model
    import sklearn.model_selection  # noqa: F401
    import skops.io  # noqa: F401
    import sqlalchemy.orm
    import tabulate  # noqa: F401
    import typer  # noqa: F401
    import upath.core  # noqa: F401
    import yaml  # noqa: F401

    from mlops_assets_tests.migrations import remember_migrations

remember_migrations()
sqlalchemy.orm.configure_mappers()
# The commands are forked from here: none need look through all this for garbage.
gc.freeze()
