"""Refuse saved files that could run code when they are read."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile, is_zipfile

from mlops_assets.errors import InputError

PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
"""How a pickle begins, by its protocol."""
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
    """By its name, its first bytes, or the names in it."""
    if path.name.lower().endswith(ENDINGS):
        return True
    with path.open("rb") as file:
        begin = file.read(2)
    if begin in PICKLES:
        return True
    if not is_zipfile(path):
        return False
    with ZipFile(path) as archive:
        return any(name.lower().endswith(ENDINGS) for name in archive.namelist())
