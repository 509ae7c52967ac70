"""A linkage model as a folder of text and Parquet, and back."""

from __future__ import annotations

import json
from pathlib import Path

from mlops_assets.kinds.fellegi_sunter.model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.plan import Plan

SETTINGS, CONFIGURATION, FREQUENCIES = "splink.json", "configuration.json", "frequencies"
OWNER_ONLY = 0o600
NOTE = """# Personal data

`frequencies/` holds names and other values of the training records, each with how common it is.
The scores of the model depend on them. Keep this folder as you keep the records themselves.

- `splink.json`: what each level of agreement is worth
- `configuration.json`: the fields, their cleaning, the blocking rules and the thresholds

To load the model, the package `mlops_assets` must be installed.
"""


def write(model: LinkageModel, folder: Path) -> None:
    """Write the model into `folder`; only its owner may read the files."""
    import pyarrow.parquet as pq

    (folder / FREQUENCIES).mkdir(parents=True)
    about = {
        "plan": model.plan.model_dump(),
        "training_rows": model.training_rows,
        "training_pairs": model.training_pairs,
    }
    (folder / SETTINGS).write_text(json.dumps(model.settings, indent=1), encoding="utf-8")
    (folder / CONFIGURATION).write_text(json.dumps(about, indent=1), encoding="utf-8")
    (folder / "README.md").write_text(NOTE, encoding="utf-8")
    for field, table in model.frequencies.items():
        pq.write_table(table, folder / FREQUENCIES / f"{field}.parquet")
    keep_private(folder)


def keep_private(folder: Path) -> None:
    """Take every file in `folder` away from all but its owner."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(OWNER_ONLY)


def read(folder: Path) -> LinkageModel:
    """The model in `folder`, as `write` left it. Nothing in it is executed."""
    import pyarrow.parquet as pq

    about = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    return LinkageModel(
        plan=Plan.model_validate(about["plan"]),
        settings=json.loads((folder / SETTINGS).read_text(encoding="utf-8")),
        frequencies={
            path.stem: pq.read_table(path) for path in sorted((folder / FREQUENCIES).iterdir())
        },
        training_rows=about["training_rows"],
        training_pairs=about["training_pairs"],
    )
