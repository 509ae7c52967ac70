"""What a defs.yaml says of its model, as a test changes it and writes it again."""

from pathlib import Path
from typing import Any

import yaml


def attributes(path: Path) -> dict[str, Any]:
    """The attributes; PyYAML reads the key `on` as true, which JSON would write as text."""
    given = yaml.safe_load(path.read_text())["attributes"]
    retrain = given.get("retrain", {}).items()
    return {**given, "retrain": {"on" if name is True else name: it for name, it in retrain}}
