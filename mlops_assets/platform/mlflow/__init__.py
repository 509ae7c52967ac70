"""MLflow: its store, and the runs that record materializations."""
