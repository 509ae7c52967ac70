"""The code of this package as it was when it fitted a model, kept in the lake."""

import io
import zipfile
from pathlib import Path

from mlops_assets.core.code_version import PACKAGE
from mlops_assets.resources.lake import read_file, write_file

FOLDER = "_code"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def keep_code() -> str:
    """Store the source of this package, once for each state of it; where, below LAKE_URL."""
    return write_file([FOLDER], _zipped(), "zip")


def unpack_code(file: str, folder: Path) -> None:
    """Put the package that `keep_code` stored into `folder`.

    It is going to be run, so it must be what its name says, which MLflow has recorded. Raises
    `InputError` where it is gone or something else.
    """
    with zipfile.ZipFile(io.BytesIO(read_file(file))) as packed:
        packed.extractall(folder)


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for path in sorted(PACKAGE.rglob("*.py")):
            # The same source is the same file, whenever and wherever it was checked out.
            member = zipfile.ZipInfo(path.relative_to(PACKAGE.parent).as_posix(), LONG_AGO)
            packed.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
