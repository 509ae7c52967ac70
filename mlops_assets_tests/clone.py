"""A fresh `git clone` of the project, used by its commands as a new user would."""

import shutil
import subprocess
from pathlib import Path

from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets_tests.checkout import Checkout, own_environment

CHANGED = ("ls-files", "--modified", "--others", "--exclude-standard", "-z")


def clone_project(folder: Path) -> Checkout:
    """Clone the repository, with the changes in it that are not committed yet.

    Raises `CalledProcessError` if the project is not in a repository.
    """
    _git("clone", "--quiet", str(PACKAGE_PARENT), str(folder))
    for name in _git("-C", str(PACKAGE_PARENT), *CHANGED).split("\0"):
        if name:
            _take_over(PACKAGE_PARENT / name, folder / name)
    own = {"MLOPS_ASSETS_HOME": str(folder / ".mlops_assets"), "PYTHONPATH": str(folder)}
    return Checkout(folder, own_environment() | own)


def _take_over(changed: Path, place: Path) -> None:
    if changed.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(changed, place)
    elif not changed.exists():
        place.unlink(missing_ok=True)


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout
