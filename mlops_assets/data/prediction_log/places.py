"""Where the files of the log are."""

from __future__ import annotations

from pathlib import Path

from mlops_assets.data.prediction_log.identity_hash import key_in

HOME_ID = "home.id"
LOG, LABELS = "prediction_log", "labels"
HOUR, DAY = "%Y-%m-%dT%H", "%Y-%m-%d"
"""How the files are named: the log by hour, labels by day, both in UTC."""


def model_folder(home: Path, model: str) -> Path:
    """The folder of all that serving keeps of a model."""
    return home / "serving" / model


def home_id(home: Path) -> str:
    """What tells the log of a home from those of other machines; made when it is first needed."""
    return key_in(home / "serving" / HOME_ID)[:16].decode()


def log_files(home: Path, model: str) -> list[Path]:
    """The hourly files of a model's log, the oldest first."""
    return sorted((model_folder(home, model) / LOG).glob("*.jsonl"))


def label_files(home: Path, model: str) -> list[Path]:
    """The daily files of a model's labels, the oldest first."""
    return sorted((model_folder(home, model) / LABELS).glob("*.jsonl"))
