"""Predict with a fitted pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_assets.features.columns import require_columns
from mlops_assets.features.plain_columns import plain_columns
from mlops_assets.kinds.sklearn.fitted_labels import as_fitted

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from sklearn.pipeline import Pipeline

CHUNK_ROWS = 20_000


def feature_rows(model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
    """The columns that the model was fitted on, all if it knows no names, as it was fitted on them.

    Raises `InputError` if one is missing.
    """
    names = list(getattr(model, "feature_names_in_", features.columns))
    require_columns(features, names)
    return as_fitted(model, plain_columns(features.loc[:, names]))


def ranks(model: Pipeline) -> bool:
    """True if the model gives scores that rank rows, not only labels."""
    return hasattr(model, "predict_proba") or hasattr(model, "decision_function")


def predict(model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
    """`prediction` with the dtype of the training target, indexed like `features`.

    A classifier adds `probability_<label>` for each class (0 to 1, summing to 1 per row). A binary
    classifier without probabilities adds `score` instead; above 0 means the second class. Large
    tables are predicted in parallel chunks, which also bounds the memory needed for text.
    """
    import pandas as pd
    from joblib import Parallel, delayed

    rows = feature_rows(model, features)
    if len(rows) <= CHUNK_ROWS:
        return _table(model, rows)
    chunks = [rows.iloc[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS)]
    # The model itself uses one thread, so the sums within a forest keep their order
    tables: Any = Parallel(n_jobs=-1, backend="threading")(
        delayed(_table)(model, chunk) for chunk in chunks
    )
    return pd.concat(tables)


def _table(model: Pipeline, rows: pd.DataFrame) -> pd.DataFrame:
    return of_prepared(model, model[:-1].transform(rows) if len(model) > 1 else rows, rows.index)


def of_prepared(
    model: Pipeline, prepared: Any, index: pd.Index, *, labels: bool = True
) -> pd.DataFrame:
    """The predictions of rows that the preprocessing of the model has transformed.

    Without `labels`, no `prediction` where there are probabilities or a score.
    """
    import pandas as pd

    estimator = model[-1]
    if hasattr(model, "predict_proba"):
        names = pd.Index([f"probability_{label}" for label in model.classes_])
        certainty = pd.DataFrame(estimator.predict_proba(prepared), index, names)
    elif hasattr(model, "decision_function") and len(model.classes_) == 2:
        certainty = pd.DataFrame({"score": estimator.decision_function(prepared)}, index)
    else:
        certainty = pd.DataFrame(index=index)
    if labels or certainty.shape[1] == 0:
        certainty.insert(0, "prediction", _labels(estimator, prepared, certainty))
    return certainty


def _labels(estimator: Any, prepared: np.ndarray, certainty: pd.DataFrame) -> np.ndarray:
    import numpy as np
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    from mlops_assets.kinds.sklearn.decision import decided, has_threshold

    forests = (RandomForestClassifier, ExtraTreesClassifier)
    if has_threshold(estimator) or isinstance(estimator, forests):
        # The same as their `predict`, without evaluating every tree a second time
        return np.take(estimator.classes_, decided(estimator, prepared, certainty.to_numpy()))
    return estimator.predict(prepared)
