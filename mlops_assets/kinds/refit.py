"""Refit a recorded version, and predict its holdout with the original and the refitted model.

Once this code is kept code (see registry/reproduce/kept_code.py), later code runs it with
`python -m mlops_assets.kinds.refit FOLDER`. The contents of FOLDER are a contract with that later
code. Input: `request.json` (`spec`, `model_uri` and `allowed_prefixes`; other keys are ignored)
and `features.parquet`, the recorded feature table. Output: `stored.parquet` and
`refitted.parquet`, with one row per holdout row; or, with exit code 2, `mistake.json` (`seen`,
`expected`, `todo`). Later code may read or write more, but must accept these unchanged. It puts a
file `KEPT` into the package, so that no plugin is loaded but those that lie beside it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.tasks.feature_table import dataset_of, sides
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.base import Kind

MODULE = "mlops_assets.kinds.refit"
REQUEST, FEATURES = "request.json", "features.parquet"
STORED, REFITTED, MISTAKE = "stored.parquet", "refitted.parquet", "mistake.json"
MISTAKEN = 2


def training_of(recorded: dict) -> tuple[TrainingSpec, Kind]:
    """The spec and kind of a recorded fit. Raises `InputError` if this code cannot read them."""
    from mlops_assets.kinds.registry import ModelSpec  # imports this file

    try:
        kind = TypeAdapter(ModelSpec).validate_python(recorded.get("model"))
        return TrainingSpec.model_validate(recorded), kind
    except ValidationError as error:
        raise InputError(
            seen="the recorded parameters do not fit this code: "
            f"{'; '.join(_line(it) for it in error.errors())}",
            expected="parameters as the code that fitted the version understood them",
            todo="reproduce without --todays-code, or check out the original code",
        ) from error


def recorded_fields(recorded: dict) -> dict[str, Any]:
    """The fields of defs.yaml that determined a recorded fit, typed; `InputError` as above.

    A field that the record lacks is newer than the fit, and has the default that leaves a fit as
    it was: a feature table from before there was context has none.
    """
    spec, kind = training_of(recorded)
    return {name: getattr(spec, name) for name in TrainingSpec.model_fields} | {"model": kind}


def refit(
    recorded: dict, features: pd.DataFrame, model_uri: str, allowed_prefixes: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predictions of the stored and the refitted model for the holdout of `features`.

    Takes as long as the original fit. Raises `InputError`.
    """
    spec, kind = training_of(recorded)
    train, holdout = sides(features)
    stored = kind.load(model_uri)
    refitted = kind.fit(
        dataset_of(train, spec), spec.task, seed=spec.seed, allowed_prefixes=allowed_prefixes
    )
    rows = dataset_of(holdout, spec).features
    return stored.predict(rows), refitted.predict(rows)


def main(folder: Path) -> int:
    """Carry out the request in the folder; returns the exit code."""
    import pandas as pd

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    features = pd.read_parquet(folder / FEATURES, engine="pyarrow")
    prefixes = tuple(request["allowed_prefixes"])
    try:
        stored, refitted = refit(request["spec"], features, request["model_uri"], prefixes)
    except InputError as error:
        mistake = {"seen": error.seen, "expected": error.expected, "todo": error.todo}
        (folder / MISTAKE).write_text(json.dumps(mistake), encoding="utf-8")
        return MISTAKEN
    stored.to_parquet(folder / STORED, engine="pyarrow")
    refitted.to_parquet(folder / REFITTED, engine="pyarrow")
    return 0


def _line(details) -> str:
    return f"{'.'.join(map(str, details['loc']))}: {details['msg']}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
