"""The version of the code that determines how a model is fitted, predicts and is saved."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.plugins import registrations

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
UNDECIDING = (
    "features/tokens.py",
    "tasks/figures",
    "tasks/inference.py",
    "kinds/sklearn/learning.py",
    "kinds/sklearn/mixed_rows.py",
    "kinds/sklearn/proposal.py",
    "kinds/sklearn/rows",
    "kinds/sklearn/shap_package",
    "kinds/text_match/importance.py",
    "kinds/text_match/rows.py",
)
"""Decides nothing: what makes tables for sources, what is only drawn, what `new` reads, and what
must equal `predict`."""
AND = "+"
"""Between the names of a kind and of those that it builds on."""
BESIDE = "/"
"""Prefix of another package, and of its files."""


def deciding_files(home: str, package: Path = PACKAGE) -> dict[str, bytes]:
    """The source files that determine a model of a kind, by path within the package.

    `home` says where the kind and its tasks are (see `home_of`): the name of a module or folder in
    `kinds/`, such as `sklearn`, or several with a plus between them, and other packages, each after
    a slash, such as `/survival`. The paths of their files begin with a slash, too.
    """
    own, *others = home.split(BESIDE)
    found = _files(package, SHARED)
    for name in own.split(AND):
        found |= _own_files(name, package)
    found = {name: content for name, content in found.items() if not name.startswith(UNDECIDING)}
    for other in others:
        found |= _files_beside(other)
    return found


def _own_files(name: str, package: Path) -> dict[str, bytes]:
    own = f"kinds/{name}"
    return _files(package, [own if (package / own).is_dir() else f"{own}.py"]) if name else {}


def _files_beside(name: str) -> dict[str, bytes]:
    """The files of another package, and what it registers. Raises `InputError` if it is none."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:  # a namespace package has several folders, or none
        raise InputError(
            seen=f"the package {name}, which has a kind or a task, has no `__init__.py`",
            expected="a package with one: its files are the code version of its models",
            todo=f"add {name}/__init__.py, or move the kind or task to a package that has one",
        )
    origin = Path(spec.origin)
    is_folder = spec.submodule_search_locations is not None
    root, place = (origin.parents[1], name) if is_folder else (origin.parent, origin.name)
    found = _files(root, [place])
    # Kept code is found by its entry points, whatever is installed when it runs again.
    found[f"{name}-0.dist-info/entry_points.txt"] = registrations(name).encode()
    return {f"{BESIDE}{path}": content for path, content in found.items()}


def _files(root: Path, places: Iterable[str]) -> dict[str, bytes]:
    files = (path for place in places for path in _python_files(root / place))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _python_files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


@cache
def sources(home: str) -> dict[str, bytes]:
    """`deciding_files` as of the first call in this process, unaffected by later edits."""
    return deciding_files(home)


def version_of(files: Mapping[str, bytes]) -> str:
    """12 hex characters over names and contents, independent of their order."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


@cache
def code_version(home: str) -> str:
    """The version of the code that determines a model of the kind with that `home_of`.

    It changes with any changed line, but not with a new checkout of the same code.
    """
    return version_of(sources(home))


def library_versions(names: tuple[str, ...]) -> dict[str, str]:
    """The installed version of each library; `none` where it is not installed."""
    return {name: _installed(name) for name in names}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
