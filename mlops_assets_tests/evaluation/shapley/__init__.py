"""SHAP values and their explanation in words."""
