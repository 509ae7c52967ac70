"""Explain rows by the package `shap`, for models that it has a method of its own for."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.outputs import SCORE, Outputs, place_of_positive
from mlops_assets.kinds.base import MOST_OFF, ExplainsByPackage, PackageValues, predictions_of

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["sampled", "tree", "linear"]
WORDS = {"tree": "path-dependent tree SHAP", "linear": "linear SHAP"}


def explain_by_package(
    model: ExplainsByPackage,
    rows: pd.DataFrame,
    background: pd.DataFrame,
    *,
    method: Method,
    seconds: float,
    least: int,
    positive: str | int | None,
) -> Explained | str:
    """The SHAP values of the rows, or of the first of them that `seconds` are enough for.

    In probability for trees and forests; for boosted trees and linear classifiers in the log odds
    or the score that they add up. Where they miss what the model gives, in words by how much.
    Raises `InputError` without the package, or for a model that the method does not suit.
    """
    import numpy as np

    found = model.package_values(rows, background, method=method, seconds=seconds, least=least)
    package = f"{WORDS[method]} of the package shap {version('shap')}"
    if found.off > MOST_OFF:
        return (
            f"Sampled instead of `method: {method}`: the sums of {package} miss what the model "
            f"predicts by {found.off:.1g} of the largest one."
        )
    done = rows.iloc[: len(found.values)]
    outputs, found = _by_class(found, positive)
    own = outputs.own_of(found.output)
    at = np.arange(len(done)), own
    trained = "what each leaf was grown on"
    return Explained(
        features=done,
        predictions=predictions_of(model, done),  # type: ignore[arg-type]
        values=np.take_along_axis(found.values, own[:, None, None], axis=2)[:, :, 0],
        base=found.base[own],
        output=found.output[at],
        explains=tuple(outputs.names[it] for it in own),
        about=outputs.words(own),
        asked=len(rows),
        background=len(background),
        complete=True,
        method=package,
        compared_with=trained if method == "tree" else f"the mean of {len(background):,} rows",
    )


def _by_class(found: PackageValues, positive: str | int | None) -> tuple[Outputs, PackageValues]:
    """With an output for each class: of two, that of the first is minus that of the second."""
    import numpy as np

    if not found.classes or (found.unit == SCORE and len(found.classes) == 2):
        return Outputs((found.unit,)), found
    if len(found.base) == 1:
        both = {
            name: np.concatenate([-getattr(found, name), getattr(found, name)], axis=-1)
            for name in ("values", "base", "output")
        }
        found = found._replace(**both)
    names = tuple(f"{found.unit} of {it}" for it in found.classes)
    place = place_of_positive(found.classes, positive)
    return Outputs(names, found.classes, place), found
