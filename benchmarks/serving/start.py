"""From the command to the first answer, and memory: of one model, and of 100 in one process."""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.checkout import defs_folder
from benchmarks.report import Report, progress, spread, table
from benchmarks.serving.models import Trained, trained
from benchmarks.serving.servers import mlflows, ours
from benchmarks.serving.single import ROUNDS
from mlops_assets.platform.mlflow.store import open_store

MANY = 100
ABOUT = (
    "Seconds from the start of the process until it is ready, and resident memory then. The 100\n"
    "models are registered from one version of heart_disease, under 100 names."
)


def run(report: Report, minutes: int) -> None:
    """Measure one model, mlflow's server, and 100 models."""
    seconds: dict[str, list[float]] = {"1 model": [], "mlflow": [], f"{MANY} models": []}
    memory: dict[str, list[float]] = {name: [] for name in seconds}
    with trained() as made:
        places = {"1 model": lambda: ours(made.checkout, made.name)}
        places["mlflow"] = lambda: mlflows(made.checkout, made.files())
        for _ in range(ROUNDS):
            for name, start in places.items():
                with start() as server:
                    seconds[name].append(server.started)
                    memory[name].append(server.memory_mib())
        _register(made, MANY)
        many = f"{MANY} models"
        with ours(made.checkout) as server:
            seconds[many].append(server.started)
            memory[many].append(server.memory_mib())
    progress(str(seconds))
    rows = [
        ("", "seconds", "MiB"),
        *((it, spread(seconds[it]), spread(memory[it], ".0f", "")) for it in seconds),
    ]
    further = (memory[many][0] - min(memory["1 model"])) / (MANY - 1)
    report.section(
        "Start and memory", ABOUT, [*table(rows), "", f"MiB a further model: {further:.1f}"]
    )


def _register(made: Trained, count: int) -> None:
    """`count` models in all: the others are copies with a version of the same files."""
    client, defs = open_store(made.settings), defs_folder(made.checkout)
    version = client.get_model_version(made.name, "1")
    text = (defs / made.name / "defs.yaml").read_text(encoding="utf-8")
    for number in range(1, count):
        name = f"model_{number}"
        given = yaml.safe_load(text)
        given["attributes"] |= dict.fromkeys(("name", "registered_name", "experiment"), name)
        place: Path = defs / name / "defs.yaml"
        place.parent.mkdir()
        place.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
        client.create_registered_model(name)
        copied = client.create_model_version(
            name,
            version.source,
            run_id=version.run_id,
            tags=version.tags,
            model_id=version.model_id,
        )
        for alias in version.aliases:
            client.set_registered_model_alias(name, alias, copied.version)
