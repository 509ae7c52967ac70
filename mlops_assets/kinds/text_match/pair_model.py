"""The part of a fitted pipeline after the texts: from the features of a pair to its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.kinds.sklearn.predictions import of_prepared
from mlops_assets.kinds.text_match.preprocessing import PAIR
from mlops_assets.tasks.metrics.labelled import probability_names

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class PairModel:
    """Predicts rows whose texts have become the features of the pair (see `pair_table`)."""

    pipeline: Pipeline

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """The same score as of the texts."""
        import numpy as np

        parts = []
        for role, fitted, names in self.pipeline[0].transformers_:
            if role == PAIR:
                pair = fitted[0].get_feature_names_out()
                parts.append(fitted[1].transform(features[list(pair)].to_numpy("float64")))
            elif role != "remainder":
                parts.append(fitted.transform(features[list(names)]))
        matrix = np.column_stack(parts)
        return graded(self.pipeline, of_prepared(self.pipeline, matrix, features.index))


def graded(pipeline: Pipeline, predictions: pd.DataFrame) -> pd.DataFrame:
    """`prediction`: the expected grade of a classifier with probabilities, else its number."""
    import pandas as pd

    if names := probability_names(predictions):
        grades = pipeline.classes_.astype("float64")
        scores = predictions[names].to_numpy("float64") @ grades
    else:
        column = "score" if "score" in predictions else "prediction"
        scores = predictions[column].to_numpy("float64")
    return pd.DataFrame({"prediction": scores}, predictions.index)
