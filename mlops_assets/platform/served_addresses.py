"""The addresses that the last `mlops-assets up` of a home served on, for links and commands."""

import os
from pathlib import Path

from pydantic import BaseModel

FILE = "addresses.json"


class ServedAddresses(BaseModel):
    """Where the pages are, by field of `Settings`; without MLflow's if another server has them."""

    dagster_ui: str
    mlflow_ui: str | None = None


def remember(home: Path, addresses: ServedAddresses) -> None:
    """Note the addresses, atomically."""
    part = home / f"{FILE}.{os.getpid()}.part"
    part.write_text(addresses.model_dump_json() + "\n")
    part.replace(home / FILE)


def remembered(home: Path) -> dict[str, str]:
    """The addresses noted in the home; none if `up` never served it, or if nobody can read them."""
    try:
        noted = ServedAddresses.model_validate_json((home / FILE).read_bytes())
    except (OSError, ValueError):
        return {}  # what is wrong with the home is reported where it is used
    return noted.model_dump(exclude_none=True)
