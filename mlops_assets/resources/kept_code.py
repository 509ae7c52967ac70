"""The code that decided a fit, kept in the lake once for each version, so that it can run again."""

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from mlops_assets.core.code_version import VERSION_CHARACTERS, code_digest, digest_of, sources
from mlops_assets.core.errors import InputError
from mlops_assets.resources.lake import read_file, write_once

PACKAGE_NAME = "mlops_assets"


def keep_code() -> None:
    """Put this process's code into the lake, as `code/<code_version>.zip`, unless it is there."""
    write_once(place_of(code_digest()), lambda: zipped(sources()))


def place_of(digest: str) -> str:
    """Where the code of that digest lies below LAKE_URL."""
    return f"code/{digest[:VERSION_CHARACTERS]}.zip"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files: the same files give the same bytes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # ZipInfo is of 1980
    return buffer.getvalue()


def unpack_code(digest: str, folder: Path) -> None:
    """Make the kept code of that digest a package below `folder`.

    Whoever calls this runs it. So the digest is the one in the record of the fit, which MLflow
    has, and what the lake has is written only if it is the very code that this digest was taken
    of. Raises `InputError` where it is not, or is gone.
    """
    place = place_of(digest)
    content = read_file(place)
    files = {} if content is None else _files_in(content)
    if digest_of(files) != digest:
        raise InputError(
            seen=f"{place} is {'gone' if content is None else 'not what was written there'}",
            expected="the code in the lake that fitted the version",
            todo="set LAKE_URL to the lake of then, bring the file back from a backup, or "
            "reproduce --with-todays-code",
        )
    # Nothing else of today's package may be found beside it.
    for name, source in {**files, "__init__.py": b""}.items():
        path = folder / PACKAGE_NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)


def _files_in(content: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except BadZipFile:
        return {}
