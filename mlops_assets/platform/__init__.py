"""What everything stands on: settings, MLflow, Dagster, the lake, the warehouse."""
