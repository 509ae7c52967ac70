"""Who may use the pages of Dagster and MLflow, and from where."""
