"""One YAML file gives a model its whole life: a Dagster asset graph over MLflow."""

import os

# MLflow reads this when it is imported, and whatever imports MLflow here has imported us first.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

__version__ = "0.2.0"
