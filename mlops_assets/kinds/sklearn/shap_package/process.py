"""Explain the rows of a folder: `python -m mlops_assets.kinds.sklearn.shap_package.process FOLDER`.

The time that the import of the package takes counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.kinds.base import MOST_OFF, PackageValues
from mlops_assets.kinds.sklearn.shap_package.files import ARRAYS, ESTIMATOR, REQUEST, VALUES

if TYPE_CHECKING:
    import numpy as np

PIECE = 10
"""Rows between two looks at the clock."""
Values = Callable[["np.ndarray"], Any]


def main(folder: Path) -> None:
    """Write the values (rows, cells, outputs) of as many rows as there is time for, and the base.

    Stops after the first ones if their sums are off.
    """
    began = time.monotonic()
    import numpy as np
    import skops.io

    from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    estimator = skops.io.load(folder / ESTIMATOR, trusted=list(TRUSTED_TYPES))
    arrays = np.load(folder / ARRAYS)
    rows, done = arrays["rows"], request["least"]
    shap_values, base = EXPLAINERS[request["method"]](estimator, arrays["background"])
    parts = [_wide(shap_values(rows[:done]))]
    first = PackageValues(parts[0], base, arrays["output"][:done], "", ())
    while (
        first.off <= MOST_OFF and done < len(rows) and time.monotonic() - began < request["seconds"]
    ):
        parts.append(_wide(shap_values(rows[done : done + PIECE])))
        done += PIECE
    np.savez(folder / VALUES, values=np.concatenate(parts), base=base)


def _tree(estimator: Any, background: np.ndarray) -> tuple[Values, np.ndarray]:
    """By the rows that each leaf was grown on; with other rows, sums would be off."""
    import numpy as np
    import shap

    made = shap.TreeExplainer(estimator, feature_perturbation="tree_path_dependent")
    values = partial(made.shap_values, check_additivity=False)  # ours is at 1e-6, not at 1e-2
    return values, np.atleast_1d(made.expected_value)


def _linear(estimator: Any, background: np.ndarray) -> tuple[Values, np.ndarray]:
    """By the mean of the background."""
    import numpy as np
    import shap

    masker = shap.maskers.Independent(background, max_samples=len(background))
    made = shap.LinearExplainer(estimator, masker)
    return made.shap_values, np.atleast_1d(made.expected_value)


def _wide(values: Any) -> np.ndarray:
    """(rows, cells, outputs), also of one output."""
    import numpy as np

    found = np.asarray(values, dtype="float64")
    return found if found.ndim == 3 else found[:, :, None]


EXPLAINERS: dict[str, Callable[[Any, np.ndarray], tuple[Values, np.ndarray]]] = {
    "tree": _tree,
    "linear": _linear,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
