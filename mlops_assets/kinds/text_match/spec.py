"""The YAML of a model that matches texts; importing it does not import scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import STANDARD_PACKS
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.params import Search
from mlops_assets.kinds.text_match.model import TextMatchModel
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.ranking import RANKING
from mlops_assets.tasks.training_spec import TrainingSpec

Skill = Annotated[str, Field(min_length=1, max_length=80)]


class TextMatchSpec(BaseModel):
    """How relevant a text is to another, such as a résumé to a job, by features of the pair.

    They are the TF-IDF cosine of both texts, the share of the skills in the right one that the left
    one has, the length of both and, if asked for, the cosine of their embeddings; and the other
    feature columns. A scikit-learn estimator learns the relevance from them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = (RANKING,)
    libraries: ClassVar[tuple[str, ...]] = ("scikit-learn", "numpy", "pandas", "scipy")
    claims: ClassVar[Mapping[str, str]] = {}
    packs: ClassVar[tuple[str, ...]] = STANDARD_PACKS
    builds_on: ClassVar[tuple[str, ...]] = ("sklearn",)

    type: Literal["text_match"] = Field(description="The kind of model.")
    left: str = Field(description="Text column with what is ranked, such as a résumé.")
    right: str = Field(description="Text column with what it is to match, such as a job.")
    estimator: str = Field(
        "sklearn.linear_model.LogisticRegression",
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        max_length=200,
        description="Classifier or regressor of the pair's features. A classifier's score is the "
        "mean of the grades by their probabilities; of 0 and 1, the probability of 1.",
    )
    params: dict[str, Any] = Field(
        default_factory=dict,
        max_length=100,
        description="Parameters that differ from defaults, such as {C: 1.0, solver: liblinear}.",
    )
    search: Search | None = Field(None, description="Hyperparameter search. Default: none.")
    skills: list[Skill] | None = Field(
        None,
        max_length=10_000,
        description="The skills to look for: words or phrases. Default: learned, as the words that "
        "make a pair more relevant if the left text has them too.",
    )
    words: int = Field(
        20_000, ge=10, le=1_000_000, description="The most words that are compared, the most used."
    )
    least_texts: int = Field(
        5,
        ge=1,
        description="The fewest training texts with a word that is compared. A rarer one could "
        "identify a person.",
    )
    embedding: str | None = Field(
        None,
        description="Adds the cosine of embeddings: wordllama (mlops-assets[text]), or a folder "
        "with the model.onnx and tokenizer.json of a sentence transformer. Default: none.",
    )

    def require_columns(self, spec: TrainingSpec) -> None:
        """Raise `InputError` unless both texts are two text columns."""
        texts = spec.columns.text
        for name in (self.left, self.right):
            if name not in texts or self.left == self.right:
                raise InputError(
                    seen=f"text_match of {self.left!r} and {self.right!r}, and the text columns "
                    f"{texts}{nearest(name, texts)}",
                    expected="two different columns that are listed in `columns: {text: [...]}`",
                    todo="correct `left` or `right`, or add the column there",
                )

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> TextMatchModel:
        """Fit the features of the pair and the estimator on all rows. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import training
        from mlops_assets.kinds.text_match.pair_features import PairFeatures
        from mlops_assets.kinds.text_match.preprocessing import preprocessing

        pair = PairFeatures(self.skills, self.words, self.least_texts, self.embedding)
        recipe = training.Recipe(
            self.estimator,
            self.params,
            self.search,
            allowed_prefixes,
            prepare=partial(preprocessing, pair, [self.left, self.right]),
        )
        return TextMatchModel(training.fit(recipe, dataset, task, seed=seed))

    @classmethod
    def load(cls, model_uri: str) -> TextMatchModel:
        """Load the pipeline at `models:/m-…`. Raises `InputError` for an untrusted type.

        Also if its embedding is not installed, or is not the one that it was fitted with.
        """
        from mlops_assets.kinds.sklearn import storage

        model = TextMatchModel(SklearnModel(storage.load(model_uri)))
        model.pair.require_embedding()
        return model
