"""Ask the process of the package for the SHAP values of rows of a fitted pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_assets.errors import InputError
from mlops_assets.features.labels import class_name
from mlops_assets.kinds.base import PackageValues
from mlops_assets.kinds.sklearn.decision import plain_estimator
from mlops_assets.kinds.sklearn.mixed_rows import prepared_rows
from mlops_assets.kinds.sklearn.shap_package.files import ARRAYS, ESTIMATOR, REQUEST, VALUES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from sklearn.pipeline import Pipeline

UNKNOWN = "InvalidModelError: "
"""What the package raises for an estimator that a method of it does not know."""
PROCESS = "mlops_assets.kinds.sklearn.shap_package.process"


class _Arrays(NamedTuple):
    rows: np.ndarray
    background: np.ndarray
    output: np.ndarray


def package_values(
    pipeline: Pipeline,
    features: pd.DataFrame,
    background: pd.DataFrame,
    *,
    method: str,
    seconds: float,
    least: int,
) -> PackageValues:
    """As `ExplainsByPackage` says. Raises `InputError`."""
    _require_package(method)
    rows, others = prepared_rows(pipeline, features), prepared_rows(pipeline, background)
    estimator = plain_estimator(pipeline[-1])
    if rows is None or others is None:
        raise _unsuited(method, estimator, "its columns cannot be told apart once preprocessed")
    unit, classes, output = explained_output(estimator, rows.matrix)
    arrays = _Arrays(rows.matrix, others.matrix, output)
    asked = {"method": method, "seconds": seconds, "least": least}
    cells, base = _in_process(estimator, arrays, asked)
    values = _by_column(cells, rows.owners, list(map(str, features)))
    return PackageValues(values, base, output[: len(values)], unit, classes)


def _by_column(cells: np.ndarray, owners: list[str], columns: list[str]) -> np.ndarray:
    """What the cells of a column add is added up, (rows, columns, outputs)."""
    import numpy as np

    of_column = np.array([[it == name for it in owners] for name in columns], dtype="float64")
    return np.einsum("nko,ck->nco", cells, of_column)


def _in_process(
    estimator: Any, arrays: _Arrays, request: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """The values of the cells and the base; an interrupt stops the process."""
    import numpy as np
    import skops.io

    with TemporaryDirectory(prefix="mlops_assets_shap_") as place:
        folder = Path(place)
        skops.io.dump(estimator, folder / ESTIMATOR)
        np.savez(folder / ARRAYS, **arrays._asdict())
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        command = [sys.executable, "-m", PROCESS, str(folder)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        _, unknown, why = done.stderr.rpartition(UNKNOWN)
        if done.returncode and unknown:
            raise _unsuited(request["method"], estimator, why.strip())
        if done.returncode:
            raise RuntimeError(f"the process of the package shap ended:\n{done.stderr[-2000:]}")
        with np.load(folder / VALUES) as found:
            return found["values"], found["base"]


def explained_output(estimator: Any, rows: np.ndarray) -> tuple[str, tuple[str, ...], np.ndarray]:
    """What the values explain: its unit, its classes, and it (rows, outputs) by the estimator.

    Of trees and forests the probabilities are explained; of other classifiers what is compared to
    decide, which is the log odds where the probability follows from it.
    """
    import numpy as np
    from scipy.special import expit
    from sklearn.base import is_classifier

    if not is_classifier(estimator):
        return "prediction", (), estimator.predict(rows)[:, None]
    classes = tuple(map(class_name, estimator.classes_))
    if not hasattr(estimator, "decision_function"):
        return "probability", classes, estimator.predict_proba(rows)
    found = estimator.decision_function(rows)
    if found.ndim == 2:
        return "score", classes, found
    is_odds = hasattr(estimator, "predict_proba") and np.allclose(
        expit(found), estimator.predict_proba(rows)[:, 1], rtol=0, atol=1e-9
    )
    return "log odds" if is_odds else "score", classes, found[:, None]


def _require_package(method: str) -> None:
    if find_spec("shap") is None:
        raise InputError(
            seen=f"the pack shap with `method: {method}`, and the package shap is not installed",
            expected="the extra `shap`",
            todo="pip install 'mlops-assets[shap]', or leave out `method`",
        )


def _unsuited(method: str, estimator: Any, why: str) -> InputError:
    return InputError(
        seen=f"the pack shap with `method: {method}`, and {type(estimator).__name__}: {why}",
        expected="an estimator that the package shap explains by that method",
        todo="correct `method`, or leave it out: sampled values suit any model",
    )
