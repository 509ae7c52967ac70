"""Profile of a text column: text lengths, and the share of words not in the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from mlops_assets.data.personal_data import digest
from mlops_assets.features.columns import to_text
from mlops_assets.monitoring.drift.histogram import Histogram, histogram

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

MAX_WORDS = 2_000
VOCABULARY_TEXTS = 100_000
CHUNK_TEXTS = 100_000
SHARES = tuple(step / 100 for step in range(101))


class TextCounts(BaseModel, extra="forbid", frozen=True):
    """Lengths in characters, and the share of each text's words that are not in `words`."""

    kind: Literal["texts"] = "texts"
    words: tuple[str, ...]
    """The vocabulary: the most frequent words of every other training text, in lower case."""
    digests: bool = False
    """Whether `words` are digests, because the words themselves are personal data."""
    lengths: Histogram
    unseen: Histogram

    @property
    def missing(self) -> int:
        """The number of empty texts."""
        return self.lengths.missing

    @property
    def known(self) -> int:
        """The number of non-empty texts."""
        return self.lengths.known

    def merged(self, other: TextCounts) -> TextCounts:
        """The profile of both columns together; vocabulary and edges must be the same."""
        lengths, unseen = self.lengths.merged(other.lengths), self.unseen.merged(other.unseen)
        return self.model_copy(update={"lengths": lengths, "unseen": unseen})


def text_reference(values: pd.Series, *, digests: bool = False) -> TextCounts:
    """Profile of training texts: the vocabulary of one half, and unseen words in the other half.

    On its own texts, the vocabulary would miss fewer words than on any day. With `digests`, words
    are stored as SHA-256 digests, which hides them from readers but not from a dictionary attack.
    """
    texts = to_text(values)
    words = vocabulary(texts)
    stored = tuple(map(digest, words)) if digests else words
    unseen = _unseen(texts.iloc[1::2], words)
    return TextCounts(
        words=stored, digests=digests, lengths=histogram(text_lengths(texts)), unseen=unseen
    )


def text_counts(values: pd.Series, like: TextCounts, *, held_out: bool = False) -> TextCounts:
    """Profile texts with the edges and the vocabulary of `like`.

    With `held_out`, every other text is left out of `unseen`, as in `text_reference`.
    """
    texts = to_text(values)
    lengths = histogram(text_lengths(texts), like.lengths.edges)
    judged = texts.iloc[1::2] if held_out else texts
    unseen = histogram(unseen_by_text(judged, like), SHARES)
    return like.model_copy(update={"lengths": lengths, "unseen": unseen})


def vocabulary(texts: pd.Series) -> tuple[str, ...]:
    """The `MAX_WORDS` most frequent words of every other text, in descending frequency."""
    import pyarrow.compute as pc

    step = max(2, 2 * (len(texts) // (2 * VOCABULARY_TEXTS)))
    found = pc.value_counts(pc.list_flatten(_words(texts.iloc[::step]))).to_pylist()
    ranked = sorted(found, key=lambda entry: (-entry["counts"], entry["values"]))
    return tuple(entry["values"] for entry in ranked[:MAX_WORDS])


def _words_behind(digests: tuple[str, ...], texts: pd.Series) -> tuple[str, ...]:
    """The words of `texts` whose digests are in `digests`."""
    import pyarrow.compute as pc

    known, found = frozenset(digests), pc.unique(pc.list_flatten(_words(texts))).to_pylist()
    return tuple(word for word in found if digest(word) in known)


def text_lengths(texts: pd.Series) -> np.ndarray:
    """The characters of each text, (rows,); NaN where it is empty."""
    import numpy as np

    lengths = texts.str.len().to_numpy(dtype="float64")
    return np.where(lengths > 0, lengths, np.nan)


def _words(texts: pd.Series) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_split_whitespace(
        pc.utf8_trim_whitespace(pc.utf8_lower(pa.array(texts, pa.string())))
    )


def unseen_by_text(texts: pd.Series, like: TextCounts) -> np.ndarray:
    """Share of each text's words that are not in the vocabulary, (rows,); NaN without words."""
    words = _words_behind(like.words, texts) if like.digests else like.words
    return _shares(texts, words)


def _unseen(texts: pd.Series, words: tuple[str, ...]) -> Histogram:
    return histogram(_shares(texts, words), SHARES)


def _shares(texts: pd.Series, words: tuple[str, ...]) -> np.ndarray:
    import numpy as np

    chunks = [
        _unseen_shares(texts.iloc[start : start + CHUNK_TEXTS], words)
        for start in range(0, len(texts), CHUNK_TEXTS)
    ]
    return np.concatenate([np.empty(0), *chunks])


def _unseen_shares(texts: pd.Series, words: tuple[str, ...]) -> np.ndarray:
    """Share of each text's words that are not in `words`, (rows,); NaN for a text without words."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = _words(texts)
    known = pc.is_in(pc.list_flatten(lists), value_set=pa.array(words, pa.string()))
    parents = pc.list_parent_indices(lists).to_numpy()
    blank = (texts.str.strip() == "").to_numpy()
    total = np.bincount(parents, minlength=len(texts)).astype("float64")
    seen = np.bincount(parents, weights=known.to_numpy(zero_copy_only=False), minlength=len(texts))
    total[blank] = np.nan
    return 1 - seen / total
