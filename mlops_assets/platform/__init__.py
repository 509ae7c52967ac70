"""Infrastructure: settings, MLflow, Dagster, the lake and the warehouse."""
