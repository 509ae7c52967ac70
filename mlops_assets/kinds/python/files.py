"""Refuse saved files that could run code when they are read."""

from __future__ import annotations

from pathlib import Path
from pickletools import genops
from typing import IO
from zipfile import ZipFile, is_zipfile

from mlops_assets.errors import InputError

PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
"""How a pickle begins, by its protocol; older ones are text."""
ARRAY, OF_OBJECTS = b"\x93NUMPY", b"'|O'"
"""How a file of NumPy begins, and what its first bytes have if the values are pickled."""
FIRST = 256
ENDINGS = (".pkl", ".pickle", ".joblib", ".dill")


def require_no_pickle(folder: Path) -> None:
    """Raise `InputError` for a pickle, or an archive with one, such as PyTorch's `.pt`."""
    for path in (it for it in sorted(folder.rglob("*")) if it.is_file()):
        if is_pickle(path):
            raise InputError(
                seen=f"the model saved a pickle, {path.relative_to(folder).as_posix()}",
                expected="files that run nothing when they are read",
                todo="save weights as safetensors, arrays as .npz without objects, settings as "
                "JSON",
            )


def is_pickle(path: Path) -> bool:
    """By its name, what is in it, or the files of an archive."""
    if is_zipfile(path):
        with ZipFile(path) as archive:
            return any(_is_pickle(it, archive.open(it)) for it in archive.namelist())
    return _is_pickle(path.name, path.open("rb"))


def _is_pickle(name: str, opened: IO[bytes]) -> bool:
    with opened as file:
        begin = file.read(FIRST)
        if name.lower().endswith(ENDINGS) or begin[:2] in PICKLES:
            return True
        if begin.startswith(ARRAY):
            return OF_OBJECTS in begin
        file.seek(0)
        return _reads_as_pickle(file)


def _reads_as_pickle(file: IO[bytes]) -> bool:
    """Whether the file is a pickle of the old protocols, from its first byte to its last.

    Nothing is run; other files end this at one of their first bytes.
    """
    try:
        operations = sum(1 for _ in genops(file))
    except (ValueError, IndexError, KeyError):
        return False
    return operations > 1 and not file.read(1)
