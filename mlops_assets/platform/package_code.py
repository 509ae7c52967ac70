"""The files of this package: its code, and the models under `defs`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def code_files() -> list[Path]:
    """All files but the models. What Python compiles is none: it comes and goes."""
    return [it for it in _files() if not _is_of_a_model(it)]


def model_files() -> list[Path]:
    """All files below `defs`."""
    return [it for it in _files() if _is_of_a_model(it)]


def files_digest(files: Iterable[Path]) -> str:
    """64 hex characters over names and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files() -> list[Path]:
    return [it for it in PACKAGE.rglob("*") if "__pycache__" not in it.parts and it.is_file()]


def _is_of_a_model(path: Path) -> bool:
    return path.is_relative_to(PACKAGE / "defs")
