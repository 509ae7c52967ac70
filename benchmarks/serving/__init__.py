"""The prediction API, compared with `mlflow models serve` and BentoML."""
