"""Measure matching texts: fitting and scoring pairs, beside a plain script of scikit-learn.

Example:
  python -m benchmarks.text --rounds 3
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.command import run as run_command
from benchmarks.report import Report, met, ratio, spread, table
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.text_match import TextMatchSpec
from mlops_assets.kinds.text_match.model import TextMatchModel
from mlops_assets.kinds.text_match.pair_features import WORD
from mlops_assets.simulators.candidate_scoring import simulate
from mlops_assets.tasks.ranking import RANKING

PAIRS, SIMULATED = 100_000, 24_000
GOAL_RATIO, GOAL_SPEED = 1.1, 10_000
SKILLS = ["python", "sql", "java", "machine learning", "patient care", "bookkeeping", "safety"]
TEXTS = ["resume", "job"]


class Took(NamedTuple):
    """CPU seconds of one round of both."""

    ours: list[float]
    theirs: list[float]


@cache
def pairs() -> pd.DataFrame:
    """Simulated résumés and jobs, each pair at random; a third of them relevant, by the skills."""
    known, rng = simulate(SIMULATED, seed=1), np.random.default_rng(0)
    left, right = (known[it].to_numpy()[rng.integers(0, SIMULATED, PAIRS)] for it in TEXTS)
    y = rng.random(PAIRS) < 1 / 3
    return pd.DataFrame({"resume": left, "job": right, "y": y.astype("float64")})


class Plain:
    """What somebody would write: two vectorizers, a row-wise product, a scaler and a regression."""

    def fit(self, rows: pd.DataFrame) -> Plain:
        """Learn words and weights of the different texts, then the regression."""
        texts = pd.unique(pd.concat([rows["resume"], rows["job"]]))
        self.words = TfidfVectorizer(token_pattern=WORD, min_df=5, sublinear_tf=True).fit(texts)
        self.skills = CountVectorizer(
            token_pattern=WORD, vocabulary=SKILLS, ngram_range=(1, 2), binary=True
        )
        self.model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, solver="liblinear"))
        self.model.fit(self.features(rows), rows["y"])
        return self

    def features(self, rows: pd.DataFrame) -> np.ndarray:
        """The same features as those of the kind."""
        left, right = (self.words.transform(rows[it]) for it in TEXTS)
        has, asked = (self.skills.transform(rows[it]) for it in TEXTS)
        wanted = np.asarray(asked.sum(axis=1)).ravel()
        found = np.asarray(has.multiply(asked).sum(axis=1)).ravel()
        share = np.divide(found, wanted, out=np.zeros(len(rows)), where=wanted > 0)
        sizes = [np.log1p(rows[it].str.len()) for it in TEXTS]
        cosine = np.asarray(left.multiply(right).sum(axis=1)).ravel()
        return np.column_stack([cosine, share, *sizes])

    def predict(self, rows: pd.DataFrame) -> np.ndarray:
        """Probabilities of 1."""
        return self.model.predict_proba(self.features(rows))[:, 1]


def ours(rows: pd.DataFrame, **settings) -> TextMatchModel:
    """The kind, fitted."""
    params = {"C": 1.0, "solver": "liblinear"}
    kind = TextMatchSpec(type="text_match", left="resume", right="job", params=params, **settings)
    dataset = Dataset(rows[TEXTS], Columns(text=TEXTS), rows["y"])
    return kind.fit(dataset, RANKING, seed=0, allowed_prefixes=("sklearn.",))


def in_turns(one: Callable[[], object], other: Callable[[], object], rounds: int) -> Took:
    """CPU seconds of both, in turns."""
    took = Took([], [])
    for _ in range(rounds):
        for what, found in ((one, took.ours), (other, took.theirs)):
            began = time.process_time()
            what()
            found.append(time.process_time() - began)
    return took


def run(report: Report, rounds: int) -> None:
    """Fits and scores of 100,000 pairs."""
    rows = pairs()
    fits = in_turns(lambda: ours(rows, skills=SKILLS), lambda: Plain().fit(rows), rounds)
    model, plain = ours(rows, skills=SKILLS), Plain().fit(rows)
    scores = in_turns(lambda: model.predict(rows[TEXTS]), lambda: plain.predict(rows), rounds)
    apart = abs(model.predict(rows[TEXTS])["prediction"].to_numpy() - plain.predict(rows)).max()
    each = simulate(SIMULATED, seed=1).drop_duplicates("resume")
    single = in_turns(lambda: model.predict(each[TEXTS]), lambda: plain.predict(each), rounds)
    learned = in_turns(lambda: ours(rows), lambda: None, rounds)
    speed = len(each) / float(np.median(single.ours))
    lines = table(
        [
            ("CPU time", "kind", "plain", "ratio"),
            ("fit", spread(fits.ours), spread(fits.theirs), ratio(*fits)),
            ("score", spread(scores.ours), spread(scores.theirs), ratio(*scores)),
            (
                f"score {len(each):,} different résumés",
                spread(single.ours, ".2f"),
                spread(single.theirs, ".2f"),
                ratio(*single),
            ),
            ("fit, and learn the skills", spread(learned.ours), "", ""),
        ]
    )
    worst = max(float(np.median(np.divide(*it))) for it in (fits, scores, single))
    report.section(
        "Matching texts",
        ABOUT,
        [
            *lines,
            "",
            f"{speed:,.0f} different résumés a CPU second, goal {GOAL_SPEED:,}: "
            + met(speed >= GOAL_SPEED),
            f"greatest ratio {worst:.2f}, goal {GOAL_RATIO}: {met(worst <= GOAL_RATIO)}",
            f"largest difference of a score: {apart:.1g}",
        ],
    )


ABOUT = (
    f"{PAIRS:,} pairs of simulated résumés and jobs, scored by TF-IDF cosine, given skills,\n"
    "text lengths and a logistic regression. `plain` computes the same features with scikit-learn\n"
    "alone, from the text of every row; the kind reads a text once that several rows have. In the\n"
    "pairs, a résumé comes eight times; where each comes once, only the jobs are repeated."
)

if __name__ == "__main__":
    run_command(
        {"text": run},
        Report(
            "Texts",
            "CPU seconds of one process, both sides in turns, with the smallest and the greatest\n"
            "in brackets; a ratio is taken round by round.",
        ),
        module="benchmarks.text",
        about=str(__doc__),
        repeats="rounds",
        usual=3,
    )
