"""Download a file over http(s) into the cache, atomically."""

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
    """Download `url` into the folder `cache`, under a hash of the URL, and return the path.

    With `sha256`, a matching cached file is used without contacting the server. Without it, the
    file is downloaded each time, because the cached one may be outdated. Raises `InputError` if
    the server cannot be reached, refuses, or sends a different file.
    """
    require_http(url)
    cached = cache / cache_name(url)
    if sha256 and cached.is_file():
        if digest(cached) == sha256.lower():
            return cached
        cached.unlink()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            fetch(url, file)
            file.close()
            require_sha256(part, sha256, without_secrets(url))
            os.replace(part, cached)
        finally:
            part.unlink(missing_ok=True)
    return cached


def cache_name(url: str) -> str:
    """A file name with a hash of the whole URL and its suffix, such as `.gz`."""
    ending = Path(urlsplit(url).path).suffix
    return hashlib.sha256(url.encode()).hexdigest() + (ending if ending[1:].isalnum() else "")


def require_http(url: str) -> None:
    """Raise `InputError` if the URL is not http(s), or contains a user name or password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise InputError(
            seen=f"the URL {without_secrets(url)}"
            + (" with a user name in it" if "@" in parts.netloc else ""),
            expected="http://host/file or https://host/file, without user name and password",
            todo="correct `path` in defs.yaml",
        )


def fetch(url: str, file: IO[bytes]) -> None:
    """Download `url` into `file`. Raises `InputError` if that fails."""
    try:
        with _opener().open(url, timeout=TIMEOUT_SECONDS) as response:
            announced = response.headers.get("Content-Length")
            received = 0
            while chunk := response.read(CHUNK_BYTES):
                received += file.write(chunk)
    except (OSError, HTTPException) as error:
        raise _not_downloaded(url, str(error) or type(error).__name__) from error
    # A connection that breaks midway looks like the end of the file.
    if announced is not None and received != int(announced):
        raise _not_downloaded(url, f"{received} of {announced} bytes arrived")


def _opener() -> OpenerDirector:
    """An opener for http and https only; the default one also opens file:// and ftp://."""
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
        todo="check the URL and the network, or download the file and set its path",
    )
