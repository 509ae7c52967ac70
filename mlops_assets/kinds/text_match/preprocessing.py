"""Build the preprocessing of a pair of texts, and of the columns beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer

    from mlops_assets.kinds.text_match.pair_features import PairFeatures

PAIR = "pair"


def preprocessing(pair: PairFeatures, texts: list[str], columns: Columns) -> ColumnTransformer:
    """The standardized features of the two `texts`, then those of the other columns: float64."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from mlops_assets.kinds.sklearn.preprocessing import transformers

    both = (PAIR, make_pipeline(pair, StandardScaler()), texts)
    others = transformers(columns.without(texts))
    return ColumnTransformer([both, *others], sparse_threshold=0)
