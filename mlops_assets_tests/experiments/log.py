"""A made log of the prediction API, as the server writes it."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mlops_assets.experiments.assignment import variant
from mlops_assets.experiments.files import logged
from mlops_assets.experiments.judge import judge
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.experiment import Experiment

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PLAN = Experiment(share=0.5, unit="patient_id", days=14)


class MadeLog:
    """Predictions and labels of `days` days; the label of every row is 1."""

    def __init__(self, home: Path, plan: Experiment = PLAN) -> None:
        self.folder, self.plan, self.home = home / "serving" / "small", plan, home
        self.files: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.rows = 0

    def row(self, day: int, side: str, prediction: Any, label: Any = 1, **given: Any) -> None:
        """One answered row and its label."""
        self.rows += 1
        at = BEGIN + timedelta(days=day, seconds=self.rows)
        line = {
            "at": at.isoformat(),
            "request": f"r{self.rows}",
            "place": 0,
            "version": {"champion": "registry-1"}.get(side, "registry-2"),
            "variant": side,
            "milliseconds": 1.5,
            "experiment": "small-1-2",
            "unit": f"u{self.rows}",
            "row": {},
            "answer": {"prediction": prediction},
            **given,
        }
        shadowed = self.plan.shadow and side == "challenger"
        self.files["shadow_log" if shadowed else "prediction_log"].append(line)
        if label is not None:
            self.files["labels"].append(
                {"at": line["at"], "row": f"{line['request']}/{line['place']}", "label": label}
            )

    def days(self, days: int, each: int, right: Callable[[str, int], bool]) -> "MadeLog":
        """`each` units a day; `right(variant, number)` says whose prediction is right."""
        for number in range(days * each):
            side = variant("small-1-2", f"u{self.rows + 1}", self.plan.share)
            self.row(number // each, side, int(right(side, number)))
        return self

    def write(self) -> None:
        """Write the files."""
        for name, lines in self.files.items():
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            text = "".join(json.dumps(line) + "\n" for line in lines)
            (self.folder / name / "2026-03-01T08.jsonl").write_text(text)

    def write_daily(self) -> None:
        """Write the log with a file per day, as a server does."""
        self.write()
        folder = self.folder / "prediction_log"
        for file in folder.iterdir():
            file.unlink()
        for line in self.files["prediction_log"]:
            with (folder / f"{line['at'][:10]}T08.jsonl").open("a") as opened:
                opened.write(json.dumps(line) + "\n")

    def judge(self, day: int):
        """What is known at the end of the day with that number; the first is 1."""
        self.write()
        until = date(2026, 3, 1) + timedelta(days=day - 1)
        settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(self.home)})
        found = logged(settings, "small", until=until, zone="UTC")
        return judge(found, self.plan, until=until, zone="UTC")
