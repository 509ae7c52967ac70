"""Fits a recorded version again, and predicts its holdout with the model of then and the new one.

`python -m mlops_assets.core.refit FOLDER` is how later code runs this code, once it is kept code
(see resources/kept_code.py). What FOLDER holds is a promise to that later code. Read are
`request.json` (`spec`, `model_uri` and `allowed_prefixes`; other keys are ignored) and
`features.parquet`, the recorded feature table. Written are `stored.parquet` and
`refitted.parquet`, with a row for each of the holdout; or, with exit code 2, `mistake.json`
(`seen`, `expected`, `todo`). Later code may read or write more, but must take these as they are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from mlops_assets.core.code_version import code_version
from mlops_assets.core.columns import Columns, Task, is_taught
from mlops_assets.core.errors import InputError
from mlops_assets.core.feature_table import features_and_target, sides
from mlops_assets.kinds import ModelSpec

if TYPE_CHECKING:
    import pandas as pd

MODULE = "mlops_assets.core.refit"
REQUEST, FEATURES = "request.json", "features.parquet"
STORED, REFITTED, MISTAKE = "stored.parquet", "refitted.parquet", "mistake.json"
MISTAKEN = 2


class FittedSpec(BaseModel):
    """The part of a defs.yaml that a fit on a feature table needs; the rest made the table."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    columns: Columns
    target: str | None
    task: Task
    positive: str | int | None = None
    model: ModelSpec
    seed: int

    @classmethod
    def of(cls, recorded: dict) -> FittedSpec:
        """What was recorded of a fit. Raises `InputError` where this code cannot read it."""
        try:
            return cls.model_validate(recorded)
        except ValidationError as error:
            raise InputError(
                seen=f"the recorded parameters do not fit code {code_version()}: "
                f"{'; '.join(_line(it) for it in error.errors())}",
                expected="parameters as the code that fitted the version understood them",
                todo="reproduce without --todays-code, or check out the code of that time",
            ) from error

    @property
    def training_target(self) -> str | None:
        """The target, if the rows have it."""
        return self.target if is_taught(self.task) else None


def refit(
    spec: FittedSpec, features: pd.DataFrame, model_uri: str, allowed_prefixes: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the stored model and a new fit of `spec` say of the holdout of `features`.

    Takes as long as the fit took. Raises `InputError`.
    """
    train, holdout = sides(features)
    stored = spec.model.load(model_uri)
    fitted = spec.model.fit(
        *features_and_target(train, spec),
        spec.columns,
        spec.task,
        seed=spec.seed,
        allowed_prefixes=allowed_prefixes,
    )
    rows, _ = features_and_target(holdout, spec)
    return spec.model.predict(stored, rows), spec.model.predict(fitted.model, rows)


def main(folder: Path) -> int:
    """Do what `request.json` in the folder asks for; the exit code."""
    import pandas as pd

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    features = pd.read_parquet(folder / FEATURES, engine="pyarrow")
    prefixes = tuple(request["allowed_prefixes"])
    try:
        spec = FittedSpec.of(request["spec"])
        stored, refitted = refit(spec, features, request["model_uri"], prefixes)
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
