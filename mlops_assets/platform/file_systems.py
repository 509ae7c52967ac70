"""Open a file system, such as that of LAKE_URL, with an error that names a missing package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# Protocol to the optional dependencies of this project that have its driver, and the driver.
EXTRAS = {"s3": ("s3", "s3fs"), "s3a": ("s3", "s3fs")}
# An object store that is away fails a step within seconds; by default it takes half a minute.
PATIENCE = {"connect_timeout": 5, "retries": {"mode": "standard", "max_attempts": 3}}


def open_files(url: str, variable: str = "LAKE_URL") -> tuple[AbstractFileSystem, str]:
    """The file system of a URL in `variable`, and the path there.

    Raises `InputError` if the driver for the URL is not installed, or there is none.
    """
    from fsspec.core import url_to_fs

    protocol, given = url.partition("://")[0], f"{variable} is {without_secrets(url)}"
    try:
        return url_to_fs(url, **_options(protocol))
    except ImportError as error:
        raise _missing(protocol, given, error) from None
    except ValueError as error:
        if "not known" not in str(error):
            raise
        raise InputError(
            seen=f"{given}, and {protocol}:// is no protocol of fsspec",
            expected="a folder, or a URL such as s3://bucket/lake",
            todo=f"correct the environment variable {variable}",
        ) from None


def is_object_store_url(url: str) -> bool:
    """Whether `is_object_store` of its file system, which is not opened."""
    return url.partition("://")[0] in EXTRAS


def is_local(files: AbstractFileSystem) -> bool:
    """Whether its paths are those of this machine."""
    return "file" in files.protocol


def is_object_store(files: AbstractFileSystem) -> bool:
    """Whether a file there appears as a whole, once it is written, and folders do not exist."""
    protocols = (files.protocol,) if isinstance(files.protocol, str) else files.protocol
    return not EXTRAS.keys().isdisjoint(protocols)


def is_made(files: AbstractFileSystem, root: str) -> bool:
    """Whether a place can be written to: its folder exists, or its bucket."""
    return files.exists(root.partition("/")[0] if is_object_store(files) else root)


def _options(protocol: str) -> dict[str, Any]:
    if protocol not in EXTRAS:
        return {}
    endpoint = Settings.from_environment().s3_endpoint_url
    # Another process may have written since the last look.
    given = {"endpoint_url": endpoint} if endpoint else {}
    return {"use_listings_cache": False, "config_kwargs": PATIENCE, **given}


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
