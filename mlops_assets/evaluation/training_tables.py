"""A fit as Markdown: its parameters, and the best trials of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from mlops_assets.kinds.base import Summary, ThresholdCurve, Trial
from mlops_assets.platform.markdown import plain, table

if TYPE_CHECKING:
    import pandas as pd

LENGTH = 900
"""Characters; Dagster hides Markdown of 1,000 characters or more behind a click."""
TRIALS, VALUE_LENGTH = 5, 38


def parameter_list(params: Mapping[str, Any]) -> str:
    """The parameters as fitted; without those that are None, and as many as Dagster shows.

    A list, because a table of long names and values would be wider than the page.
    """
    given = [(name, value) for name, value in params.items() if value is not None]
    lines = [f"- {plain(name)} = {plain(_short(value))}" for name, value in given]
    ends = accumulate(len(line) + 1 for line in lines)
    kept = [line for line, end in zip(lines, ends, strict=True) if end <= LENGTH]
    more = f"\n\nand {len(lines) - len(kept)} others in MLflow" if len(kept) < len(lines) else ""
    return "\n".join(kept) + more


def trial_table(summary: Summary) -> str:
    """The best trials of a search, the best first, with score and parameters."""
    trials, score = summary.trials, score_name(summary.trials)
    rows = [
        (number + 1, f"{trials[number].metrics[score]:.4g}", _words(trials[number].params))
        for number in _ranked(summary)[:TRIALS]
    ]
    return table(["trial", score, "parameters"], rows)


def threshold_line(curve: ThresholdCurve) -> str:
    """The chosen threshold with the out-of-fold scores there: `0.31: f1 0.52, recall 0.6`."""
    scores = sorted(curve.at_chosen.items(), key=lambda it: it[0] != curve.metric)
    words = ", ".join(f"{name} {value:.3g}" for name, value in scores)
    return plain(f"{curve.chosen:.3g} has the best {curve.metric}, out of fold: {words}")


def curve_table(curve: ThresholdCurve) -> pd.DataFrame:
    """A row for each threshold with its scores."""
    import pandas as pd

    return pd.DataFrame({"threshold": curve.thresholds, **curve.scores})


def score_name(trials: Sequence[Trial]) -> str:
    """The metric that the search compared its trials by: a trial's first."""
    return next(iter(trials[0].metrics))


def best_trial(summary: Summary) -> int:
    """Which trial has the parameters that were fitted in the end; the first if none has."""
    fitted = {name: str(value) for name, value in summary.params.items()}
    for number, trial in enumerate(summary.trials):
        if all(fitted.get(name) == str(value) for name, value in trial.params.items()):
            return number
    return 0


def _ranked(summary: Summary) -> list[int]:
    """Numbers of the trials, the best first: whether high or low is good, the best one says."""
    name, best = score_name(summary.trials), best_trial(summary)
    scores = [trial.metrics[name] for trial in summary.trials]
    sign = -1 if scores[best] >= max(scores) else 1
    return sorted(range(len(scores)), key=lambda number: (sign * scores[number], number != best))


def _words(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_short(value)}" for name, value in params.items())


def _short(value: object) -> str:
    """The value as text; of a long one its end, where the name of a class stands."""
    text = str(value)
    return text if len(text) <= VALUE_LENGTH else "…" + text[1 - VALUE_LENGTH :]
