"""Which code and which libraries decide what a fit gives."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
DECIDING_FOLDERS = ("core", "kinds", "simulators")
DECIDING_LIBRARIES = ("scikit-learn", "numpy", "pandas", "scipy")


@cache
def sources() -> dict[str, bytes]:
    """The files of `core`, `kinds` and `simulators`, by their place in the package.

    They are what was there when this process first asked, whatever is edited meanwhile.
    """
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_bytes()
        for folder in DECIDING_FOLDERS
        for path in (PACKAGE / folder).rglob("*.py")
    }


def version_of(files: Mapping[str, bytes]) -> str:
    """12 hex characters over names and contents, whatever the order."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


@cache
def code_version() -> str:
    """The version of `sources`.

    A change of a line changes it, a new checkout of the same code does not.
    """
    return version_of(sources())


@cache
def library_versions() -> dict[str, str]:
    """Installed versions of the libraries that decide a fit."""
    return {name: version(name) for name in DECIDING_LIBRARIES}
