"""Verify files by their SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mlops_assets.errors import InputError


def is_url(path: str) -> bool:
    """True for a URL such as `https://…` or `s3://…`, False for a path."""
    return "://" in path


def require_file(path: Path) -> None:
    """Raise `InputError` if `path` is a folder."""
    if path.is_dir():
        raise InputError(
            seen=f"{path} is a folder",
            expected="a file",
            todo="name a file in it; `type: parquet` without `sha256` reads a folder of files",
        )


def require_sha256(path: Path, sha256: str | None, origin: str) -> None:
    """Raise `InputError` with both hashes if the file does not have the expected one."""
    if sha256 is None:
        return
    found = digest(path)
    if found != sha256.lower():
        raise InputError(
            seen=f"{origin} has SHA-256 {found}",
            expected=f"SHA-256 {sha256.lower()}",
            todo="get the right file, or, if the file was changed on purpose, correct `sha256` in "
            "defs.yaml",
        )


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    require_file(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
