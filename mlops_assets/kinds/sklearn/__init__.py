"""The kind `sklearn`: any scikit-learn classifier or regressor behind our preprocessing."""

from mlops_assets.kinds.sklearn.spec import Search, SklearnSpec

__all__ = ["Search", "SklearnSpec"]
