"""The addresses that the last `mlops-assets up` of a home served on, for links and commands."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

FILE = "addresses.json"


def remember(home: Path, addresses: Mapping[str, str]) -> None:
    """Note the addresses, atomically: by field of `Settings`, such as `dagster_ui`."""
    part = home / f"{FILE}.{os.getpid()}.part"
    part.write_text(json.dumps(addresses, indent=2) + "\n")
    part.replace(home / FILE)


def remembered(home: Path) -> dict[str, str]:
    """The addresses noted in the home; none if `up` never served it, or if nobody can read them."""
    try:
        return dict(json.loads((home / FILE).read_text()))
    except (OSError, ValueError):
        return {}  # what is wrong with the home is reported where it is used
