"""Which version answers a unit: decided by a hash, so a unit always gets the same one."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Literal

from mlops_assets.data.prediction_log.identity_hash import key_in

Variant = Literal["champion", "challenger"]
CHAMPION, CHALLENGER = "champion", "challenger"
KEY = "unit_key"


def variant(experiment: str, unit: str, share: float) -> Variant:
    """The variant of a unit: SHA-256 of both names, as a number from 0 to 1, below `share`."""
    return "challenger" if place_of(f"{experiment}\n{unit}") < share else "champion"


def place_of(name: str) -> float:
    """The SHA-256 of a name as a number from 0 to 1."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def unit_hash(key: bytes, unit: str) -> str:
    """What the log has instead of a unit; nobody without the key can try values."""
    return hmac.new(key, unit.encode(), hashlib.sha256).hexdigest()[:32]


def unit_key(folder: Path) -> bytes:
    """The key of a model's unit hashes, made once, readable by its owner alone."""
    return key_in(folder / KEY)
