"""The version of the code that determines how a model is fitted, predicts and is saved."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from mlops_assets.plugins import entry_points_file

PACKAGE = Path(__file__).resolve().parents[1]
SHARED = (
    "errors.py",
    "claims.py",
    "plugins.py",
    "features",
    "tasks",
    "kinds/__init__.py",
    "kinds/base.py",
    "kinds/model_files.py",
    "kinds/refit.py",
    "kinds/registry.py",
)
"""Files and folders of the package that every kind imports to fit, predict and save."""
FIGURES = ("tasks/figures",)
"""What is only drawn decides nothing."""
BESIDE = "/"
"""Prefix of the files of a kind in another package."""


def deciding_files(kind: str, package: Path = PACKAGE) -> dict[str, bytes]:
    """The source files that determine a model of that kind, by path within the package.

    `kind` is the name of a module or folder in `kinds/`, such as `sklearn`, or of another package
    after a slash, such as `/survival`; the paths of its files begin with a slash, too.
    """
    found = _files(package, SHARED) | _own_files(kind, package)
    return {name: content for name, content in found.items() if not name.startswith(FIGURES)}


def _own_files(kind: str, package: Path) -> dict[str, bytes]:
    if not kind.startswith(BESIDE):
        own = f"kinds/{kind}"
        return _files(package, [own if (package / own).is_dir() else f"{own}.py"])
    name = kind.removeprefix(BESIDE)
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return {}
    origin = Path(spec.origin)
    root = origin.parents[1] if spec.submodule_search_locations else origin.parent
    place = name if spec.submodule_search_locations else origin.name
    found = _files(root, [place])
    # Kept code is found by its entry points, whatever is installed when it runs again.
    found[f"{name}-0.dist-info/entry_points.txt"] = entry_points_file(name).encode()
    return {f"{BESIDE}{path}": content for path, content in found.items()}


def _files(root: Path, places: Iterable[str]) -> dict[str, bytes]:
    files = (path for place in places for path in _python_files(root / place))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _python_files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


@cache
def sources(kind: str) -> dict[str, bytes]:
    """`deciding_files` as of the first call in this process, unaffected by later edits."""
    return deciding_files(kind)


def version_of(files: Mapping[str, bytes]) -> str:
    """12 hex characters over names and contents, independent of their order."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


@cache
def code_version(kind: str) -> str:
    """The version of the code that determines a model of that kind.

    It changes with any changed line, but not with a new checkout of the same code.
    """
    return version_of(sources(kind))


def library_versions(names: tuple[str, ...]) -> dict[str, str]:
    """The installed version of each library; `none` where it is not installed."""
    return {name: _installed(name) for name in names}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
