"""One YAML file gives a model its whole life: a Dagster asset graph over MLflow."""

__version__ = "0.1.0"
