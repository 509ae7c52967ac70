"""The kind `text_match`: how well two texts of a row match, by a scikit-learn pipeline."""

from mlops_assets.kinds.text_match.spec import TextMatchSpec

__all__ = ["TextMatchSpec"]
