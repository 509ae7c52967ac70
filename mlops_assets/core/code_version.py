"""Which code and which libraries decide what a fit gives."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
DECIDING_FOLDERS = ("core", "kinds", "simulators")
DECIDING_LIBRARIES = ("scikit-learn", "numpy", "pandas", "scipy")


@cache
def code_version() -> str:
    """12 hex characters over the source of `core`, `kinds` and `simulators`.

    A change of a line changes it, a new checkout of the same code does not.
    """
    digest = hashlib.sha256()
    for folder in DECIDING_FOLDERS:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def library_versions() -> dict[str, str]:
    """Installed versions of the libraries that decide a fit."""
    return {name: version(name) for name in DECIDING_LIBRARIES}
