"""Download a file over http(s) into the cache, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from http.client import HTTPException
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from mlops_assets.data.sources.checksum import digest, require_sha256
from mlops_assets.errors import InputError
from mlops_assets.platform.addresses import without_secrets

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

TIMEOUT_SECONDS = 30
CHUNK_BYTES = 1 << 20


def download(url: str, cache: Path, sha256: str | None) -> Path:
    """The file behind `url`, kept in the folder `cache` under a hash of the address.

    With `sha256` a kept file that matches is used without asking the server; without it the
    file is fetched each time, since nothing says whether the kept one is still right. Raises
    `InputError` where the server cannot be reached, refuses, or sends another file.
    """
    require_http(url)
    kept = cache / cache_name(url)
    if sha256 and kept.is_file():
        if digest(kept) == sha256.lower():
            return kept
        kept.unlink()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            fetch(url, file)
            file.close()
            require_sha256(part, sha256, without_secrets(url))
            os.replace(part, kept)
        finally:
            part.unlink(missing_ok=True)
    return kept


def cache_name(url: str) -> str:
    """A file name that depends on the whole address and keeps its ending, such as `.csv.gz`."""
    ending = Path(urlsplit(url).path).suffix
    return hashlib.sha256(url.encode()).hexdigest() + (ending if ending[1:].isalnum() else "")


def require_http(url: str) -> None:
    """Raise `InputError` where the address is not http(s), or carries a user or a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise InputError(
            seen=f"the address {without_secrets(url)}"
            + (" with a user name in it" if "@" in parts.netloc else ""),
            expected="http://host/file or https://host/file, without user name and password",
            todo="correct `path` in defs.yaml",
        )


def fetch(url: str, file: IO[bytes]) -> None:
    """Write what the server sends into `file`. Raises `InputError` where that fails."""
    try:
        with _opener().open(url, timeout=TIMEOUT_SECONDS) as response:
            announced = response.headers.get("Content-Length")
            received = 0
            while chunk := response.read(CHUNK_BYTES):
                received += file.write(chunk)
    except (OSError, HTTPException) as error:
        raise _not_downloaded(url, str(error) or type(error).__name__) from error
    # A connection that breaks in the middle looks like the end of the file.
    if announced is not None and received != int(announced):
        raise _not_downloaded(url, f"{received} of {announced} bytes arrived")


def _opener() -> OpenerDirector:
    """An opener that knows http and https only: urllib's own also opens file:// and ftp://."""
    from urllib import request

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _not_downloaded(url: str, why: str) -> InputError:
    return InputError(
        seen=f"{without_secrets(url)} could not be downloaded: {why}",
        expected=f"an answer within {TIMEOUT_SECONDS} seconds",
        todo="check the address and the network, or download the file and give its path",
    )
