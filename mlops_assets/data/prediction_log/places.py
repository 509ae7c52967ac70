"""Where the files of the log are."""

from __future__ import annotations

from pathlib import Path

LOG, LABELS = "prediction_log", "labels"
HOUR, DAY = "%Y-%m-%dT%H", "%Y-%m-%d"
"""How the files are named: the log by hour, labels by day, both in UTC."""


def model_folder(home: Path, model: str) -> Path:
    """The folder of all that serving keeps of a model."""
    return home / "serving" / model


def log_files(home: Path, model: str) -> list[Path]:
    """The hourly files of a model's log, the oldest first."""
    return sorted((model_folder(home, model) / LOG).glob("*.jsonl"))


def label_files(home: Path, model: str) -> list[Path]:
    """The daily files of a model's labels, the oldest first."""
    return sorted((model_folder(home, model) / LABELS).glob("*.jsonl"))
