"""Open the file system of LAKE_URL, with an error that names a missing package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.addresses import without_secrets

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# Protocol to the optional dependencies of this project that have its driver, and the driver.
EXTRAS = {"s3": ("s3", "s3fs"), "s3a": ("s3", "s3fs")}


def open_files(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system of LAKE_URL, or of a URL in it, and the path there.

    Raises `InputError` if the driver for the URL is not installed, or there is none.
    """
    from fsspec.core import url_to_fs

    protocol, given = url.partition("://")[0], f"LAKE_URL is {without_secrets(url)}"
    try:
        return url_to_fs(url)
    except ImportError as error:
        raise _missing(protocol, given, error) from None
    except ValueError as error:
        if "not known" not in str(error):
            raise
        raise InputError(
            seen=f"{given}, and {protocol}:// is no protocol of fsspec",
            expected="a folder, or a URL such as s3://bucket/lake",
            todo="correct the environment variable LAKE_URL",
        ) from None


def _missing(protocol: str, given: str, error: ImportError) -> InputError:
    from importlib.metadata import version

    extra, driver = EXTRAS.get(protocol, ("", ""))
    if not extra:
        return InputError(
            seen=f"{given}, and its driver is not installed ({error})",
            expected="the package with the driver",
            todo="install the package that is named, in the environment of mlops_assets",
        )
    return InputError(
        seen=f"{given}, but {driver} is not installed",
        expected=f"the optional dependencies `{extra}` of this project",
        # A release of a driver needs the release of fsspec with its number.
        todo=f"pip install {driver}=={version('fsspec')}",
    )
