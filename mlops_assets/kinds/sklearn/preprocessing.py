"""Build the preprocessing that is fitted and stored with the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder

MOST_CATEGORIES = 50  # the maximum number of dummy columns per categorical column
RARE_SHARE = 0.001  # rarer labels share one dummy column with unseen labels
MOST_WORDS = 200
RARE = "rare labels"


def preprocessing(columns: Columns) -> ColumnTransformer:
    """One transformer per role, with dense float64 output; handles missing and unseen values.

    A column without any value in training becomes zeros.
    """
    from sklearn.compose import ColumnTransformer

    return ColumnTransformer(transformers(columns), sparse_threshold=0)


def transformers(columns: Columns) -> list[tuple[str, Any, list[str]]]:
    """What `ColumnTransformer` takes: the name of a role, its transformer and its columns."""
    steps = {
        "numeric": _numbers,
        "categorical": _labels,
        "boolean": _flags,
        "date": _dates,
        "text": _texts,
    }
    named = [(role, getattr(columns, role)) for role in steps]
    return [(role, steps[role](), names) for role, names in named if names]


def encoded_labels(encoder: OneHotEncoder) -> list[list[str]]:
    """For each column the labels that its encoded columns stand for, in their order.

    Rare labels share the last one, `RARE`.
    """
    found = []
    for labels, rare in zip(encoder.categories_, encoder.infrequent_categories_, strict=True):
        known = set() if rare is None else set(rare)
        kept = [str(it) for it in labels if it not in known]
        found.append(kept if rare is None else [*kept, RARE])
    return found


def _numbers():
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )


def _labels():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    from mlops_assets.kinds.sklearn.transformers import MissingLabel

    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=RARE_SHARE,
        max_categories=MOST_CATEGORIES,
        sparse_output=False,
    )
    return make_pipeline(MissingLabel(), encoder)


def _flags():
    from sklearn.impute import SimpleImputer

    return SimpleImputer(strategy="most_frequent", keep_empty_features=True)


def _dates():
    from sklearn.pipeline import make_pipeline

    from mlops_assets.kinds.sklearn.transformers import DateParts

    return make_pipeline(DateParts(), _numbers())


def _texts():
    from mlops_assets.kinds.sklearn.transformers import Words

    return Words(max_features=MOST_WORDS)
