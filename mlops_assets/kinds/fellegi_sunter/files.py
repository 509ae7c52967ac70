"""Write a linkage model to a folder of text and Parquet files, and read it."""

from __future__ import annotations

import json
from pathlib import Path

from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.plan import Plan

SETTINGS, CONFIGURATION, FREQUENCIES = "splink.json", "configuration.json", "frequencies"
OWNER_ONLY = 0o600
NOTE = """# Personal data

`frequencies/` contains names and other values of the training records, with their frequencies.
The model's scores depend on them. Protect this folder like the records themselves.

- `splink.json`: the match weight of each level of agreement
- `configuration.json`: the fields, their cleaning, the blocking rules and the thresholds

The package `mlops_assets` must be installed to load the model.
"""


def write(model: LinkageModel, folder: Path) -> None:
    """Write the model into `folder`; only its owner may read the files."""
    import pyarrow.parquet as pq

    (folder / FREQUENCIES).mkdir(parents=True)
    configuration = {
        "plan": model.plan.model_dump(),
        "training_rows": model.training_rows,
        "training_pairs": model.training_pairs,
    }
    (folder / SETTINGS).write_text(json.dumps(model.settings, indent=1), encoding="utf-8")
    (folder / CONFIGURATION).write_text(json.dumps(configuration, indent=1), encoding="utf-8")
    (folder / "README.md").write_text(NOTE, encoding="utf-8")
    for field, table in model.frequencies.items():
        pq.write_table(table, folder / FREQUENCIES / f"{field}.parquet")
    keep_private(folder)


def keep_private(folder: Path) -> None:
    """Restrict every file in `folder` to its owner."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(OWNER_ONLY)


def read(folder: Path) -> LinkageModel:
    """Read a model written by `write`; nothing in the folder is executed."""
    import pyarrow.parquet as pq

    configuration = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    return LinkageModel(
        plan=Plan.model_validate(configuration["plan"]),
        settings=json.loads((folder / SETTINGS).read_text(encoding="utf-8")),
        frequencies={
            path.stem: pq.read_table(path) for path in sorted((folder / FREQUENCIES).iterdir())
        },
        training_rows=configuration["training_rows"],
        training_pairs=configuration["training_pairs"],
    )
