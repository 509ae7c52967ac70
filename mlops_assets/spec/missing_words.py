"""Find the words in a user's table that mean missing, and say how many there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlops_assets.data.sources.label_columns import USUAL_WORDS, without_words
from mlops_assets.features.columns import MISSING_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from mlops_assets.features.columns import Columns

STANDING_ROLES = ("categorical", "text")
"""Where a word is a label unless it is one of the usual ones; elsewhere it is no value anyway."""
Words = dict[str, dict[str, int]]
"""The words by column, with the number of rows that have them."""


def without_usual_words(table: pd.DataFrame, target: str) -> pd.DataFrame:
    """The table with nothing where one of the usual words stands, but in the target."""
    changed = {name: without_words(table[name], USUAL_WORDS) for name in table if name != target}
    return table.assign(**changed)


def words_in(values: pd.Series) -> dict[str, int]:
    """The words of a column that can mean missing, the most frequent first."""
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype) and values.dtype != object:
        return {}
    texts = Counter(it for it in values if isinstance(it, str) and it.strip())
    return {word: count for word, count in texts.most_common() if _can_mean_missing(word)}


def words_taken(table: pd.DataFrame, columns: Columns) -> Words:
    """The words in the feature columns that are missing to a model with these roles."""
    taken = {}
    for name, role in columns.roles():
        words = words_in(table[name])
        if role in STANDING_ROLES:
            words = {word: count for word, count in words.items() if word in USUAL_WORDS}
        if words:
            taken[name] = words
    return taken


def shown(words: Mapping[str, int]) -> str:
    """`'NA' 12, '?' 3`: the words, and how many rows have each."""
    return ", ".join(f"{word!r} {count:,}" for word, count in words.items())


def _can_mean_missing(word: str) -> bool:
    return word in USUAL_WORDS or word.strip().lower() in MISSING_WORDS
