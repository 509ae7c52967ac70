"""Both sides of a comparison: this state of the project, and an earlier one, with many models."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checkout import ROOT, defs_folder, make_checkout, put_model
from benchmarks.earlier.worktree import worktree
from benchmarks.process import Measured, measure

EARLIER = "e15195e"
"""The state before a run loaded only its own model."""
ROWS = 1_000


@contextmanager
def both(folder: Path, models: int) -> Iterator[dict[str, Path]]:
    """A checkout of each side with so many models of `ROWS` rows, `now` and `before`."""
    with worktree(EARLIER) as earlier:
        now = make_checkout(folder / "now")
        before = shutil.copytree(earlier, folder / "before", ignore=shutil.ignore_patterns("defs"))
        shutil.copytree(ROOT / "benchmarks" / "scale", before / "benchmarks" / "scale")
        sides = {"now": now, "before": before}
        for checkout in sides.values():
            defs_folder(checkout).mkdir(exist_ok=True)
            put_models(checkout, models)
        yield sides


def put_models(checkout: Path, models: int) -> None:
    """Exactly so many models, named model_0 and so on."""
    shutil.rmtree(defs_folder(checkout))
    defs_folder(checkout).mkdir()
    for number in range(models):
        put_model(checkout, f"model_{number}", rows=ROWS)


def created(checkout: Path, home: Path, names: list[str]) -> list[list[str]]:
    """The command of a run for each of `names`; see runs.py."""
    module = ["-m", "benchmarks.scale.runs", *names]
    return json.loads(measure(module, checkout, MLOPS_ASSETS_HOME=str(home)).lines[-1][1])


def executed(checkout: Path, home: Path, command: list[str]) -> Measured:
    """The process of a run. Raises `RuntimeError` with its output if the run fails."""
    given = {"MLOPS_ASSETS_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    # `python -m dagster` would take the installed package, not the one in its folder.
    return measure(command, checkout, PYTHONPATH=str(checkout), **given)
