"""The code that determined a fit, kept in the lake once per version so that it can run again."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mlops_assets.errors import InputError
from mlops_assets.features.code_version import BESIDE, sources, version_of
from mlops_assets.kinds.registry import home_of
from mlops_assets.platform.lake_files import read_file, write_file
from mlops_assets.plugins import KEPT

FOLDER = "_code"
PACKAGE_NAME = "mlops_assets"


def keep_code(kind: str, packages: Iterable[str] = ()) -> str:
    """Store the code with which this process fits that kind; returns its file below LAKE_URL.

    `packages` are further ones that the model itself names.
    """
    return write_file([FOLDER], zipped(sources(home_of(kind, packages))), "zip")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # ZipInfo is dated 1980
    return buffer.getvalue()


def unpack_code(file: str, version: str, folder: Path) -> None:
    """Unpack the code that `keep_code` stored in `file` as a package below `folder`.

    The caller will run it. So it must match the file and the code version recorded by the MLflow
    run, both of which are hashes of it. Raises `InputError` if it does not, or is gone.
    """
    with ZipFile(io.BytesIO(read_file(file))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if version_of(files) != version:
        raise InputError(
            seen=f"{file} holds code {version_of(files)}",
            expected=f"code {version}, which fitted the version",
            todo="restore the run's training.json from a backup, or refit with --todays-code",
        )
    # Only this part of the package is found: none of the current files is imported with it.
    for name, content in {**files, "__init__.py": b"", KEPT: b""}.items():
        path = folder / PACKAGE_NAME / name
        if name.startswith(BESIDE):  # another package's kind or task
            path = folder / name.removeprefix(BESIDE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
