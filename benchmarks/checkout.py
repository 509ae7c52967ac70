"""Copy the project to a separate folder, so that a benchmark can change its models."""

import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
FILES = ("workspace.yaml", "pyproject.toml", "dagster.yaml")
MODEL = "heart_disease"


def make_checkout(folder: Path) -> Path:
    """Copy the code to `folder`, without the models."""
    ignore = shutil.ignore_patterns("__pycache__", "defs")
    for package in ("mlops_assets", "benchmarks"):
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    defs_folder(folder).mkdir()
    return folder


def defs_folder(checkout: Path) -> Path:
    """The folder with the models of a checkout."""
    return checkout / "mlops_assets" / "defs"


def put_model(
    checkout: Path, name: str = MODEL, rows: int | None = None, check_every: int | None = None
) -> None:
    """Write heart_disease's defs.yaml into a checkout, under another name or with other rows.

    `check_every` is the seconds between two ticks of its sensor.
    """
    given = yaml.safe_load((defs_folder(ROOT) / MODEL / "defs.yaml").read_text(encoding="utf-8"))
    attributes = given["attributes"]
    # Its days are those of the source, also for earlier states that know no other.
    attributes["serving"].pop("live")
    if name != MODEL:
        attributes |= dict.fromkeys(("name", "registered_name", "experiment"), name)
    if rows:  # a table of that size, the same on any day
        attributes["source"] = {"type": "simulator", "name": MODEL, "rows": rows, "seed": 7}
    if check_every:
        attributes["retrain"] = {**attributes.get("retrain", {}), "check_every": check_every}
    path = defs_folder(checkout) / name / "defs.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")


def put_copies(checkout: Path, count: int, check_every: int | None = None) -> None:
    """Exactly `count` copies of heart_disease, named model_0 and so on, in a checkout."""
    shutil.rmtree(defs_folder(checkout))
    defs_folder(checkout).mkdir()
    for number in range(count):
        put_model(checkout, f"model_{number}", check_every=check_every)
