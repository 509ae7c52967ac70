"""Replace whom a row is about by a keyed hash, on which labels can still be joined."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlops_assets.features.labels import label_text

KEY = "identity.key"


class IdentityHash:
    """HMAC-SHA256 of the identity columns with the key of a home.

    Without the key, nobody can tell by trying which row is about whom.
    """

    def __init__(self, key: bytes, columns: Sequence[str]) -> None:
        self._key, self._columns = key, sorted(columns)

    def of(self, row: Mapping[str, Any]) -> str:
        """The hash of a row's identity; "" unless the row has all of it. 7, 7.0 and "7" are one.

        A list or an object is no identity.
        """
        texts = []
        for name in self._columns:
            value = row.get(name)
            if isinstance(value, list | dict) or not (text := label_text(value)):
                return ""
            texts.append(text)
        if not texts:
            return ""
        message = "\0".join(
            f"{name}={text}" for name, text in zip(self._columns, texts, strict=True)
        )
        return hmac.new(self._key, message.encode(), hashlib.sha256).hexdigest()


def identity_hash(home: Path, columns: Sequence[str]) -> IdentityHash:
    """The hash with the home's key, which is made when it is first needed."""
    return IdentityHash(key_in(home / "serving" / KEY), columns)


def key_in(path: Path) -> bytes:
    """The random key in a file that only its owner can read; made when it is first needed."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        made = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(made, secrets.token_hex(32).encode())
        os.fsync(made)
        os.close(made)
        with suppress(FileExistsError):
            os.link(new, path)  # whole or not at all, and the first of two processes wins
        new.unlink()
    return path.read_bytes()
