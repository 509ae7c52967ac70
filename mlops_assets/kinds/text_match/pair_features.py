"""Turn two columns of texts into numbers that say how well they match.

Saved models refer to `PairFeatures` by its path, so moving or renaming it breaks loading. Import
this module only inside functions, because it imports scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from mlops_assets.errors import InputError
from mlops_assets.kinds.text_match.embedding import Embedding, embedding_of
from mlops_assets.kinds.text_match.learned_skills import learned_skills
from mlops_assets.kinds.text_match.sides import Sides, distinct

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WORD = r"(?u)[^\W\d_][\w+#]*(?:[./-][\w+#]+)*"
"""A word begins with a letter: `c++`, `c#`, `node.js` and `ci/cd` are words, numbers are none."""
SAMPLE = 200
"""Training rows whose features are kept, to compare others with."""
SIMILARITY, SKILLS, MEANING = "word_similarity", "skills_found", "embedding_similarity"


class PairFeatures(TransformerMixin, BaseEstimator):
    """Features of the pair of texts in the two columns of a table, left and right.

    `word_similarity` is the cosine of their TF-IDF weights, from 0 to 1, `skills_found` the share
    of the skills in the right text that the left one has, 0 if it has none,
    `embedding_similarity` the cosine of their embeddings, and `<column>_length` the logarithm of
    1 + the characters. An empty text matches nothing.

    `skills` is None to learn them from the target. The vocabulary is of words in at least
    `least_texts` different texts, at most `words` of them.
    """

    def __init__(
        self,
        skills: list[str] | None = None,
        words: int = 20_000,
        least_texts: int = 5,
        embedding: str | None = None,
    ) -> None:
        self.skills = skills
        self.words = words
        self.least_texts = least_texts
        self.embedding = embedding

    def fit(self, table: pd.DataFrame, y=None) -> PairFeatures:
        """Learn the words, their weights and the skills. Raises `InputError` without words."""
        self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        self.embedding_sha256_ = embedding_of(self.embedding).sha256 if self.embedding else ""
        texts, left, right = distinct(table)
        counts = self._count_words(texts)
        self.tfidf_ = TfidfTransformer(sublinear_tf=True).fit(counts)
        words = self.counter_.get_feature_names_out()
        if self.skills is None:
            sides = Sides((counts > 0).astype("float64"), left, right)
            places = learned_skills(sides, np.asarray(y, "float64"))
            self.skills_ = [str(words[place]) for place in places]
        else:
            self.skills_ = self._phrases(self.skills)
        self._count_phrases([str(it) for it in words])
        spaced = np.linspace(0, len(table) - 1, min(len(table), SAMPLE)).astype(int)
        self.sample_ = self.transform(table.iloc[spaced])
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """float64, shape (rows, 4 or, with an embedding, 5)."""
        return self.of_texts(*distinct(table))

    def of_texts(self, texts: list[str], left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The same of rows that have the texts at the places `left` and `right`, (rows,) int."""
        counts = self.counter_.transform(texts)
        weights = self.tfidf_.transform(counts[:, : self.words_])
        similarity = _row_sums(Sides(weights, left, right).products())
        found, asked = self._skill_counts(counts, left, right)
        share = np.divide(found, asked, out=np.zeros(len(left)), where=asked > 0)
        sizes = np.log1p(np.array([len(it) for it in texts], dtype="float64"))
        meaning = self._meaning(texts, left, right) if self.embedding else []
        return np.column_stack([similarity, share, sizes[left], sizes[right], *meaning])

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """The names of the features, in their order."""
        lengths = [f"{it}_length" for it in self.feature_names_in_]
        meaning = [MEANING] if self.embedding else []
        return np.asarray([SIMILARITY, SKILLS, *lengths, *meaning], dtype=object)

    def require_embedding(self) -> None:
        """Raise `InputError` unless the embedding of the fit is installed, and the same."""
        if self.embedding:
            self._embedding()

    def shared_words(self, table: pd.DataFrame) -> dict[str, float]:
        """What each word adds to `word_similarity` of the one row; they add up to it."""
        texts, left, right = distinct(table)
        counts = self.counter_.transform(texts)[:, : self.words_]
        products = Sides(self.tfidf_.transform(counts), left, right).products().tocoo()
        names = self.counter_.get_feature_names_out()
        return {
            str(names[at]): float(it) for at, it in zip(products.col, products.data, strict=True)
        }

    def asked_skills(self, table: pd.DataFrame) -> dict[str, bool]:
        """The skills in the right text of the one row, and whether the left one has them."""
        texts, left, right = distinct(table)
        has = self._skill_matrix(self.counter_.transform(texts)).toarray()
        asked = zip(self.skills_, has[right[0]], has[left[0]], strict=True)
        return {skill: bool(there) for skill, wanted, there in asked if wanted}

    def _count_words(self, texts: list[str]) -> csr_matrix:
        counter = CountVectorizer(
            token_pattern=WORD, min_df=self.least_texts, max_features=self.words
        )
        try:
            counts = counter.fit_transform(texts)
        except ValueError as error:  # an empty vocabulary, or fewer texts than min_df
            raise InputError(
                seen=f"no word is in {self.least_texts} of {len(texts)} different texts",
                expected="texts with words that repeat, divided by spaces or punctuation",
                todo="add rows, correct `left` and `right`, or lower `least_texts` in defs.yaml",
            ) from error
        self.counter_ = counter
        return counts

    def _phrases(self, skills: list[str]) -> list[str]:
        """The skills as they are found in texts, each once. Raises `InputError` without a word."""
        words = self.counter_.build_tokenizer()
        found = {skill: " ".join(words(skill.lower())) for skill in skills}
        if lacking := [skill for skill, phrase in found.items() if not phrase]:
            raise InputError(
                seen=f"the skill {lacking[0]!r} has no word",
                expected="words, which begin with a letter",
                todo="correct `skills` in defs.yaml",
            )
        return list(dict.fromkeys(found.values()))

    def _count_phrases(self, words: list[str]) -> None:
        """Count skills together with the words; phrases come after all words."""
        known = {word: place for place, word in enumerate(words)}
        for skill in self.skills_:
            known.setdefault(skill, len(known))
        longest = max((len(skill.split()) for skill in self.skills_), default=1)
        self.words_, self.skill_places_ = len(words), [known[skill] for skill in self.skills_]
        self.counter_ = CountVectorizer(
            token_pattern=WORD, vocabulary=known, ngram_range=(1, longest)
        )
        self.counter_.fit([])  # a given vocabulary is only checked

    def _skill_matrix(self, counts: csr_matrix) -> csr_matrix:
        return (counts[:, self.skill_places_] > 0).astype("float64")

    def _skill_counts(
        self, counts: csr_matrix, left: np.ndarray, right: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The skills of both texts, and of the right one, for each row."""
        if not self.skills_:
            return np.zeros(len(left)), np.zeros(len(left))
        has = self._skill_matrix(counts)
        return _row_sums(Sides(has, left, right).products()), _row_sums(has)[right]

    def _meaning(self, texts: list[str], left: np.ndarray, right: np.ndarray) -> list[np.ndarray]:
        vectors = self._embedding().encode(texts)
        return [np.einsum("ij,ij->i", vectors[left], vectors[right]).astype("float64")]

    def _embedding(self) -> Embedding:
        return embedding_of(self.embedding or "", self.embedding_sha256_)


def _row_sums(matrix: csr_matrix) -> np.ndarray:
    return np.asarray(matrix.sum(axis=1), dtype="float64").ravel()
