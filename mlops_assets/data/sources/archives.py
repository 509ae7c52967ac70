"""Open a file that may be compressed or archived: one table, whole and undamaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from mlops_assets.data.sources.checksum import require_file
from mlops_assets.errors import UnreadableDataError

IN_MEMORY_BYTES = 1 << 26
"""Larger contents are unpacked to disk."""
MOST_LAYERS = 2
"""A .tar.gz has two."""
# zipfile raises RuntimeError for a password, and NotImplementedError, which is one, for a method
# that it does not know.
BROKEN = (EOFError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)
LEFTOVERS = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
"""What macOS and Windows add to archives of their own accord."""


class Packing(NamedTuple):
    """A way to pack a file: how its names end, and its first bytes, after `offset` others."""

    endings: tuple[str, ...]
    magic: tuple[bytes, ...]
    unpacked: Callable[[IO[bytes]], AbstractContextManager[IO[bytes]]]
    offset: int = 0


@contextmanager
def opened(path: Path, origin: str) -> Iterator[IO[bytes]]:
    """The content of a file, unpacked if it is compressed or archived; seekable.

    How a file is packed is seen from its content, or else from its name. All of it is unpacked, and
    checksums are verified, before it is read. Raises `UnreadableDataError` if it is damaged or
    encrypted, or if an archive does not have exactly one file; what macOS and Windows add to
    archives does not count.
    """
    require_file(path)
    with ExitStack() as stack:
        content: IO[bytes] = stack.enter_context(path.open("rb"))
        name = path.name.lower()
        for _ in range(MOST_LAYERS):
            if packing := _packing(content, name):
                whole = stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES))
                _unpack(content, whole, packing, origin)
                content, name = whole, ""
        yield content


def _packing(content: IO[bytes], name: str) -> Packing | None:
    head = content.read(512)
    content.seek(0)
    by_content = (it for it in PACKINGS if head.startswith(it.magic, it.offset))
    by_name = (it for it in PACKINGS if name.endswith(it.endings))
    return next(by_content, next(by_name, None))


def _unpack(packed: IO[bytes], whole: IO[bytes], packing: Packing, origin: str) -> None:
    """Copy the content of `packed` to `whole`. Errors of the disk itself are raised unchanged."""
    try:
        with packing.unpacked(packed) as content:
            shutil.copyfileobj(content, whole)
    except (*BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _unreadable(origin, packing, str(error) or type(error).__name__) from error
    whole.seek(0)


def _unreadable(origin: str, packing: Packing, why: str) -> UnreadableDataError:
    return UnreadableDataError(
        seen=f"{origin} cannot be unpacked: {why}",
        expected=f"a complete {packing.endings[0]} file with one table in it and no password",
        todo="get the file again, or pack the table again",
    )


def _zstd(packed: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    import pyarrow as pa

    return pa.CompressedInputStream(packed, "zstd")  # pyright: ignore[reportReturnType]


@contextmanager
def _zip(packed: IO[bytes]) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(packed) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        with archive.open(_only_file(names)) as member:
            yield member


@contextmanager
def _tar(packed: IO[bytes]) -> Iterator[IO[bytes]]:
    with tarfile.open(fileobj=packed, mode="r:") as archive:
        name = _only_file([info.name for info in archive.getmembers() if info.isfile()])
        if member := archive.extractfile(name):
            yield member


def _only_file(names: list[str]) -> str:
    """The one file of an archive. Raises `BadZipFile` if there are none or several."""
    own = sorted(name for name in names if not _is_leftover(PurePosixPath(name)))
    if len(own) != 1:
        raise zipfile.BadZipFile(f"it has {len(own)} files{f', such as {own[:3]}' if own else ''}")
    return own[0]


def _is_leftover(name: PurePosixPath) -> bool:
    return not LEFTOVERS.isdisjoint(name.parts) or name.name.startswith("._")


PACKINGS = (
    Packing((".gz", ".tgz"), (b"\x1f\x8b",), gzip.open),  # pyright: ignore[reportArgumentType]
    Packing((".bz2", ".tbz2"), (b"BZh91AY&SY",), bz2.open),
    Packing((".xz", ".txz"), (b"\xfd7zXZ\0",), lzma.open),
    Packing((".zst",), (b"\x28\xb5\x2f\xfd",), _zstd),
    Packing((".zip",), (b"PK\x03\x04", b"PK\x05\x06"), _zip),
    Packing((".tar",), (b"ustar",), _tar, offset=257),
)
