"""The versions of the packages that stored state depends on."""

from importlib.metadata import PackageNotFoundError, requires, version

PROJECT = "mlops-assets"
KEY_PACKAGES = (PROJECT, "dagster", "mlflow", "scikit-learn", "skops", "pandas", "numpy")

ABSENT = "not installed"


def versions() -> dict[str, str]:
    """The installed version of each key package, and of Python."""
    import platform

    return {
        "python": platform.python_version(),
        **{name: _installed(name) for name in KEY_PACKAGES},
    }


def all_versions() -> dict[str, str]:
    """The same, and that of every package that the project names, also for its extras."""
    import re

    try:
        texts = requires(PROJECT) or []
    except PackageNotFoundError:
        texts = []
    names = {found[0] for text in texts if (found := re.match(r"[\w.-]+", text))}
    return versions() | {name: _installed(name) for name in sorted(names)}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that is not installed
        return ABSENT
