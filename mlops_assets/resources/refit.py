"""Fits a recorded training again: `python -m mlops_assets.resources.refit MODEL_ID FOLDER`.

As a program it is run by later versions of this project, in the code that fitted the model. What
it is given and what it writes must therefore stay: the tables `stored.parquet` and
`refitted.parquet` in FOLDER, and exit code 2 with the text of an `InputError`.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.core.errors import InputError
from mlops_assets.core.feature_table import features_and_target, sides
from mlops_assets.resources.lake import read_table
from mlops_assets.resources.mlflow_store import explained, open_store
from mlops_assets.resources.recorded_training import read_training
from mlops_assets.resources.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("stored.parquet", "refitted.parquet")


def refit(settings: Settings, model_id: str) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """What the stored model and one fitted again from its record predict for the holdout.

    Raises `InputError` where something recorded is gone.
    """
    with explained(settings):
        training = read_training(open_store(settings), model_id)
        spec, (train, holdout) = training.fitted_spec(), sides(read_table(training.features_file))
        stored = spec.model.load(f"models:/{model_id}")
        fitted = spec.model.fit(
            *features_and_target(train, spec),
            spec.columns,
            spec.task,
            seed=spec.seed,
            allowed_prefixes=settings.allowed_prefixes,
        )
    rows, _ = features_and_target(holdout, spec)
    return spec.model.predict(stored, rows), spec.model.predict(fitted.model, rows)


def main(model_id: str, folder: str) -> None:
    """Write both tables of predictions into `folder`."""
    try:
        found = refit(Settings.from_environment(), model_id)
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    for name, table in zip(TABLES, found, strict=True):
        table.to_parquet(Path(folder) / name)


if __name__ == "__main__":
    main(*sys.argv[1:])
