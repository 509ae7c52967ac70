"""A fitted pipeline that says how well two texts match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import (
    LearningCurve,
    Predicts,
    RowPredictor,
    Summary,
    TextEvidence,
)
from mlops_assets.kinds.sklearn.model import SklearnModel

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.text_match.pair_features import PairFeatures

SHOWN_SKILLS = 50


@dataclass(frozen=True)
class TextMatchModel:
    """A scikit-learn pipeline, `fitted`, whose predictions become one score per row."""

    fitted: SklearnModel

    @property
    def pair(self) -> PairFeatures:
        """The fitted features of the pair."""
        from mlops_assets.kinds.text_match.preprocessing import PAIR

        return self.fitted.pipeline[0].named_transformers_[PAIR][0]

    def summary(self) -> Summary:
        """Parameters and training scores, and the skills; empty for a pipeline that was loaded."""
        trained = self.fitted.summary()
        if not trained.params:
            return trained
        pair, skills = self.pair, self.pair.skills_
        found = {
            "skills": ", ".join(skills[:SHOWN_SKILLS]),
            "embedding_sha256": pair.embedding_sha256_,
        }
        counts = {"train_skills": float(len(skills)), "train_words": float(pair.words_)}
        params = dict(trained.params) | {name: text for name, text in found.items() if text}
        return replace(trained, params=params, metrics={**trained.metrics, **counts})

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction`: the expected grade; of grades 0 and 1 the probability of 1."""
        from mlops_assets.kinds.text_match.pair_model import graded

        return graded(self.fitted.pipeline, self.fitted.predict(features))

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the pipeline as skops and return its model id. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import storage

        model, predictions = self.fitted.pipeline, self.predict(sample)
        return storage.save(model, sample, predictions, run_id=run_id, model_name=model_name)

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """None beyond the columns: both texts are monitored, and so is the score of the pair."""
        return features[[]]

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """Permutation importance of the features of the pair and of the other columns."""
        from mlops_assets.kinds.text_match.importance import permuted

        return permuted(self, dataset, seed=seed)

    def learning_curve(self, train: Dataset, *, seed: int) -> LearningCurve:
        """Scores per iteration if the estimator kept them, else by the number of training rows."""
        return self.fitted.learning_curve(train, seed=seed)

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """How much the score of a row is above what it is with the mean of one feature."""
        import pandas as pd

        table, model = self.pair_table(features), self.pair_model()
        mean = self.pair_background(features).mean(numeric_only=True)
        known = model.predict(table)["prediction"]
        lost = {
            name: known - model.predict(table.assign(**{name: mean[name]}))["prediction"]
            for name in mean.index
        }
        return pd.DataFrame(lost, features.index)

    def pair_table(self, features: pd.DataFrame) -> pd.DataFrame:
        """The features of the pair in place of the texts, and the other columns."""
        import pandas as pd

        pair = self.pair
        texts = list(pair.feature_names_in_)
        found = pair.transform(features[texts])
        names = pd.Index(pair.get_feature_names_out())
        return pd.DataFrame(found, features.index, names).join(self._others(features))

    def pair_background(self, features: pd.DataFrame) -> pd.DataFrame:
        """As many rows as `features`, whose texts are not needed: of pairs of training rows."""
        import numpy as np
        import pandas as pd

        pair = self.pair
        places = np.arange(len(features)) % len(pair.sample_)
        names = pd.Index(pair.get_feature_names_out())
        return pd.DataFrame(pair.sample_[places], features.index, names).join(
            self._others(features)
        )

    def pair_model(self) -> Predicts:
        """What predicts the rows of `pair_table`."""
        from mlops_assets.kinds.text_match.pair_model import PairModel

        return PairModel(self.fitted.pipeline)

    def row_predictor(self) -> RowPredictor | None:
        """A fast path for single rows; None if there is none for its estimator."""
        from mlops_assets.kinds.text_match.rows import row_predictor

        return row_predictor(self.fitted.pipeline)

    def text_evidence(self, features: pd.DataFrame) -> TextEvidence:
        """The words and skills of the one row."""
        texts = features[list(self.pair.feature_names_in_)]
        words, skills = self.pair.shared_words(texts), self.pair.asked_skills(texts)
        return TextEvidence(
            words=dict(sorted(words.items(), key=lambda it: -it[1])),
            found=tuple(it for it, there in skills.items() if there),
            lacking=tuple(it for it, there in skills.items() if not there),
        )

    def _others(self, features: pd.DataFrame) -> pd.DataFrame:
        columns = map(str, self.fitted.pipeline.feature_names_in_)
        return features[[it for it in columns if it not in self.pair.feature_names_in_]]
