"""Encode missing labels, dates and free text inside a scikit-learn pipeline.

Saved models refer to these classes by their path, so moving or renaming one breaks loading. Import
this module only inside functions, because it imports scikit-learn.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer

from mlops_assets.features.dates import to_date
from mlops_assets.features.labels import label_texts

DATE_PARTS = ("days", "month", "weekday")
HOUR = "hour"


class MissingLabel(TransformerMixin, BaseEstimator):
    """Labels as `label_texts` spells them, with a separate label for missing values.

    `as_it_stands_` tells a fit on such labels from those of release 0.1 (see `fitted_labels`).
    """

    def __init__(self, label: str = "missing") -> None:
        self.label = label

    def fit(self, table: pd.DataFrame, y=None) -> MissingLabel:
        """Remember the column names."""
        self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        self.as_it_stands_ = True
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same columns without a missing value."""
        is_older = not getattr(self, "as_it_stands_", False)
        labels = table.astype(object) if is_older else table.apply(label_texts)
        return labels.where(labels.notna(), self.label).astype(str)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """The same names."""
        return self.feature_names_in_


class DateParts(TransformerMixin, BaseEstimator):
    """Days since 1970, month (1–12) and weekday (0 = Monday) of each date; NaN where missing.

    A column whose training rows have times of day also gives the hour, from 0 to below 24 in UTC:
    half past six is 6.5. Fits of release 0.1 have no hours (`with_hours_`).
    """

    def fit(self, table: pd.DataFrame, y=None) -> DateParts:
        """Remember the column names, and which columns have times of day."""
        self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        self.with_hours_ = [bool((_hours(to_date(it)) > 0).any()) for _, it in table.items()]
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """float64, shape (rows, 3 or 4 for each column)."""
        dates = [to_date(values) for _, values in table.items()]
        with_hours = self.hours_of(len(dates))
        parts = [part for it in zip(dates, with_hours, strict=True) for part in self._parts(*it)]
        return np.column_stack(parts).astype("float64")

    def hours_of(self, columns: int) -> list[bool]:
        """Which of the columns give the hour."""
        return getattr(self, "with_hours_", [False] * columns)

    @staticmethod
    def _parts(dates: pd.Series, with_hour: bool) -> list[pd.Series]:
        days = (dates - pd.Timestamp(0)) / pd.Timedelta(days=1)
        hour = [_hours(dates)] if with_hour else []
        return [days, dates.dt.month, dates.dt.weekday, *hour]

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """`<column>_days`, `<column>_month`, `<column>_weekday`, and `<column>_hour` if it has."""
        columns = zip(
            self.feature_names_in_, self.hours_of(len(self.feature_names_in_)), strict=True
        )
        names = [
            f"{name}_{part}"
            for name, with_hour in columns
            for part in (*DATE_PARTS, *([HOUR] if with_hour else []))
        ]
        return np.asarray(names, dtype=object)


def _hours(dates: pd.Series) -> pd.Series:
    """Hours since midnight, as float64; NaN where missing."""
    return (dates - dates.dt.normalize()) / pd.Timedelta(hours=1)


class Words(TransformerMixin, BaseEstimator):
    """TF-IDF weights of the most frequent words, with one vocabulary per column.

    A column without any word becomes a single column of zeros, so that training does not fail.
    """

    def __init__(self, max_features: int = 200) -> None:
        self.max_features = max_features

    def fit(self, table: pd.DataFrame, y=None) -> Words:
        """Learn the vocabulary of every column."""
        self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        self.vectorizers_ = [self._fitted(self._texts(texts)) for _, texts in table.items()]
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """float64, shape (rows, words of all columns)."""
        columns = zip(self.feature_names_in_, self.vectorizers_, strict=True)
        return np.hstack(
            [self._weights(self._texts(table.loc[:, name]), words) for name, words in columns]
        )

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """`<column>_<word>`."""
        columns = zip(self.feature_names_in_, self.vectorizers_, strict=True)
        names = [f"{name}_{word}" for name, words in columns for word in self._words(words)]
        return np.asarray(names, dtype=object)

    def _fitted(self, texts: list[str]) -> TfidfVectorizer | None:
        vectorizer = TfidfVectorizer(max_features=self.max_features, strip_accents="unicode")
        analyze = vectorizer.build_analyzer()
        if not any(map(analyze, texts)):
            return None
        return vectorizer.fit(texts)

    @staticmethod
    def _texts(values: pd.Series) -> list[str]:
        return values.where(values.notna(), "").astype(str).tolist()

    @staticmethod
    def _weights(texts: list[str], vectorizer: TfidfVectorizer | None) -> np.ndarray:
        if vectorizer is None:
            return np.zeros((len(texts), 1))
        return vectorizer.transform(texts).toarray()

    @staticmethod
    def _words(vectorizer: TfidfVectorizer | None) -> list[str]:
        return ["no_words"] if vectorizer is None else list(vectorizer.get_feature_names_out())
