"""Text quality of names: spelled out, of common words in their usual positions, complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FIRST, BETWEEN, LAST = "first", "between", "last"


def text_quality(values: pd.Series, frequencies: pd.Series) -> pd.DataFrame:
    """Quality measures of cleaned texts, indexed like `values`; more is better.

    `spelled_out`: no word is an initial. `common`: the share of all records that have the text's
    least common word in the same position (first, last or between), which is low for a typing
    error, and for a surname in the first position. `words`: the number of words. `frequencies` is
    the share of all records with a text, by text.
    """
    import pandas as pd

    shares = _word_shares(frequencies).groupby(["word", "place"])["share"].sum()
    words = _words(values.drop_duplicates())
    words = words.join(shares, on=["word", "place"]).fillna({"share": 0.0})
    by_text = words.groupby("text")
    quality = pd.DataFrame(
        {
            "spelled_out": by_text["length"].min() > 1,
            "common": by_text["share"].min(),
            "words": by_text.size(),
        }
    )
    return quality.reindex(values.to_numpy()).set_axis(values.index)


def in_any_position(frequencies: pd.Series) -> pd.Series:
    """Frequencies of single words, such as first names, regardless of their position.

    Indexed by texts that have the word in the first, middle and last position.
    """
    shares = _word_shares(frequencies).groupby("word")["share"].sum()
    return shares.set_axis([f"{word} {word} {word}" for word in shares.index])


def _word_shares(frequencies: pd.Series) -> pd.DataFrame:
    return _words(frequencies.index.to_series()).join(frequencies.rename("share"), on="text")


def _words(texts: pd.Series) -> pd.DataFrame:
    """One row per word: its `text`, the `word`, its `length` and its `place`."""
    import numpy as np
    import pandas as pd

    words = texts.set_axis(texts.to_numpy()).str.split().explode().dropna()
    text = pd.Series(words.index)
    is_first, is_last = ~text.duplicated(), ~text.duplicated(keep="last")
    place = np.select([is_first, is_last], [FIRST, LAST], BETWEEN)
    lengths = words.str.len().to_numpy()
    return pd.DataFrame({"text": text, "word": words.to_numpy(), "length": lengths, "place": place})
