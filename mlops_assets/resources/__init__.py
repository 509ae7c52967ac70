"""The outside world: MLflow, the lake, the warehouse, settings."""
