"""The versions of the packages that stored state depends on."""

from importlib.metadata import PackageNotFoundError, version

PROJECT = "mlops-assets"
KEY_PACKAGES = (PROJECT, "dagster", "mlflow", "scikit-learn", "skops", "pandas", "numpy")


def versions() -> dict[str, str]:
    """The installed version of each key package, and of Python."""
    import platform

    return {
        "python": platform.python_version(),
        **{name: _installed(name) for name in KEY_PACKAGES},
    }


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that is not installed
        return "not installed"
