"""SHAP values by the package `shap`, in a process of its own: it takes seconds to import."""
