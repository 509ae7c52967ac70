"""Real texts: which description on PyPI belongs to which summary, of the installed packages."""

from functools import cache
from importlib.metadata import distributions

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.text_match.model import TextMatchModel
from mlops_assets.tasks.metrics.ranking import ndcg, ranked
from mlops_assets_tests.kinds.text_match.texts import fit

CANDIDATES = 10
LEAST_CHARACTERS = 20


@cache
def packages() -> pd.DataFrame:
    """The description and the summary of each package; a description does not repeat it."""
    found = {}
    for it in distributions():
        about = it.metadata.json
        summary, description = (str(about.get(name, "")) for name in ("summary", "description"))
        if min(len(summary), len(description)) >= LEAST_CHARACTERS:
            found[str(about["name"]).lower()] = (description.replace(summary, " "), summary)
    return pd.DataFrame.from_dict(found, "index", columns=["left", "right"]).sort_index()


@cache
def pairs(held_out: bool) -> Dataset:
    """Each summary with its description and those of nine other packages; a third is held out."""
    rows = packages()[(np.arange(len(packages())) % 3 == 0) == held_out]
    random, found = np.random.default_rng(0), []
    for at in range(len(rows)):
        others = random.choice(np.delete(np.arange(len(rows)), at), CANDIDATES - 1, replace=False)
        for place in (at, *others):
            found.append((rows["left"].iloc[place], rows["right"].iloc[at], at, place == at))
    table = pd.DataFrame(found, columns=["left", "right", "list", "same"])
    return Dataset(
        table[["left", "right"]],
        Columns(text=["left", "right"]),
        table["same"].astype("float64"),
        context=table[["list"]].astype(str),
        roles={"group": ("list",)},
    )


@cache
def matched() -> TextMatchModel:
    return fit(pairs(held_out=False), left="left", right="right", least_texts=3)


def quality(scores: pd.Series) -> float:
    rows = pairs(held_out=True)
    return float(np.nanmean(ndcg(ranked(rows.of_role("group"), rows.known_target(), scores), 10)))


def test_descriptions_are_ranked_by_their_summary_far_better_than_by_chance():
    assert len(packages()) > 60
    scores = matched().predict(pairs(held_out=True).features)["prediction"]
    random = np.random.default_rng(0)
    by_chance = [quality(pd.Series(random.random(len(scores)))) for _ in range(20)]
    assert quality(scores) > max(by_chance) + 0.2


def test_the_words_of_a_summary_speak_for_its_description():
    rows = pairs(held_out=True)
    of_one = rows.features[rows.known_target() == 1].iloc[[0]]
    evidence = matched().text_evidence(of_one)
    summary = of_one["right"].iloc[0].lower()
    assert evidence.words
    assert all(word in summary for word in evidence.words)
    similarity = matched().pair_table(of_one)["word_similarity"].iloc[0]
    assert sum(evidence.words.values()) == pytest.approx(similarity)
