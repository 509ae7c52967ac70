"""SHAP values: what each column adds to a prediction, compared with typical rows."""
