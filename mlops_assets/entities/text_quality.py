"""How well a text is written: spelled out, of common words in their usual places, complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FIRST, BETWEEN, LAST = "first", "between", "last"


def wording(values: pd.Series, frequencies: pd.Series) -> pd.DataFrame:
    """Of each cleaned text how well it is written, indexed like `values`; more is better.

    `spelled_out`: no word is an initial. `common`: the share of all records that have its least
    common word in that place (first, last or between); a typing error is rare, and so is a
    surname that stands first. `words`: how many there are. `frequencies` is the share of all
    records that have a text, by text.
    """
    import pandas as pd

    shares = _known(frequencies).groupby(["word", "place"])["share"].sum()
    words = _words(values.drop_duplicates())
    words = words.join(shares, on=["word", "place"]).fillna({"share": 0.0})
    by_text = words.groupby("text")
    told = pd.DataFrame(
        {
            "spelled_out": by_text["length"].min() > 1,
            "common": by_text["share"].min(),
            "words": by_text.size(),
        }
    )
    return told.reindex(values.to_numpy()).set_axis(values.index)


def in_any_place(frequencies: pd.Series) -> pd.Series:
    """Frequencies for parts of the texts, such as first names: a word counts wherever it stands.

    By texts that have their one word first, between and last.
    """
    shares = _known(frequencies).groupby("word")["share"].sum()
    return shares.set_axis([f"{word} {word} {word}" for word in shares.index])


def _known(frequencies: pd.Series) -> pd.DataFrame:
    return _words(frequencies.index.to_series()).join(frequencies.rename("share"), on="text")


def _words(texts: pd.Series) -> pd.DataFrame:
    """A row a word: `text` that it is of, `word`, its `length` and its `place`."""
    import numpy as np
    import pandas as pd

    words = texts.set_axis(texts.to_numpy()).str.split().explode().dropna()
    text = pd.Series(words.index)
    is_first, is_last = ~text.duplicated(), ~text.duplicated(keep="last")
    place = np.select([is_first, is_last], [FIRST, LAST], BETWEEN)
    lengths = words.str.len().to_numpy()
    return pd.DataFrame({"text": text, "word": words.to_numpy(), "length": lengths, "place": place})
