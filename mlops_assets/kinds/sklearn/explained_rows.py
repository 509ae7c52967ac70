"""What each column adds to the prediction of a row: what is lost without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.sklearn.predictions import feature_rows, predict
from mlops_assets.tasks.metrics.labelled import PROBABILITY, probability_names

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from sklearn.pipeline import Pipeline


def explain_rows(pipeline: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
    """The score of each row minus its score with one column missing, a column per feature.

    The score is the probability of the label predicted with all columns, or the predicted number;
    without probabilities it is 1 for the same label and 0 for another. The pipeline imputes the
    missing value as in training. One prediction of all rows per column.
    """
    import pandas as pd

    rows = feature_rows(pipeline, features)
    complete = predict(pipeline, rows)
    known = _score(complete, complete)
    texts, lost = text_columns(pipeline), {}
    for name in map(str, rows):
        without = rows.assign(**{name: without_value(rows[name], is_text=name in texts)})
        lost[name] = known - _score(predict(pipeline, without), complete)
    return pd.DataFrame(lost, rows.index)


def without_value(values: pd.Series, *, is_text: bool) -> pd.Series:
    """As long a column of the same type, without a value; "" for text."""
    import pandas as pd

    if values.dtype == object:
        return pd.Series("" if is_text else None, values.index, dtype=object)
    return values.iloc[:0].reindex(values.index)


def text_columns(pipeline: Pipeline) -> set[str]:
    """The columns of free text, by the preprocessing."""
    steps = getattr(pipeline.named_steps.get("prepare"), "transformers_", ())
    return {str(name) for role, _, names in steps if role == "text" for name in names}


def _score(predictions: pd.DataFrame, complete: pd.DataFrame) -> np.ndarray:
    """Of each row, (n,) float64."""
    import numpy as np

    names, labels = probability_names(predictions), complete["prediction"]
    if names:
        codes = [names.index(f"{PROBABILITY}{label}") for label in labels]
        return predictions[names].to_numpy("float64")[np.arange(len(codes)), codes]
    if labels.dtype.kind == "f":
        return predictions["prediction"].to_numpy("float64")
    return (predictions["prediction"].to_numpy() == labels.to_numpy()).astype("float64")
