"""SHAP values and what is said of them."""
