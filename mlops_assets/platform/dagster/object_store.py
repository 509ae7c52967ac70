"""What Dagster would keep in its home, where the lake is: what steps print, and pickled values.

A home is on one machine. With a lake on S3, steps on any machine put these files below LAKE_URL,
and Dagster's page reads them from there.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import is_object_store_url
from mlops_assets.platform.settings import VARIABLES, Settings

FOLDER = "_dagster"
"""Below LAKE_URL, beside the folders of models, whose names begin with a letter."""
VALUES = f"{FOLDER}/values"
UPLOAD_SECONDS = 30
"""What a step has printed so far can be read elsewhere after so long."""


def require_package() -> None:
    """Raise `InputError` if dagster-aws is not installed."""
    from importlib.metadata import version

    if find_spec("dagster_aws") is None:
        raise InputError(
            seen="LAKE_URL is on S3, where Dagster's logs of steps are too, but dagster-aws is not "
            "installed",
            expected="the optional dependencies `s3` of this project",
            todo=f"pip install dagster-aws=={version('dagster-mlflow')}",
        )


def with_logs(text: str, settings: Settings) -> str:
    """The text of a dagster.yaml; with a lake on S3, the logs of steps are there in it.

    Until a step has ended they are in TMPDIR: a run has the configuration of whoever launched it,
    with no path that its machine must have. Raises `InputError` like `require_package`.
    """
    if not is_object_store_url(settings.lake_url):
        return text
    import yaml

    require_package()
    bucket, prefix = _place(settings, FOLDER)
    given = {"bucket": bucket, "prefix": prefix, "upload_interval": UPLOAD_SECONDS}
    if settings.s3_endpoint_url:  # by its variable, as it may have a secret
        given["endpoint_url"] = {"env": VARIABLES["s3_endpoint_url"]}
    manager = {"module": "dagster_aws.s3.compute_log_manager", "class": "S3ComputeLogManager"}
    found = {**yaml.safe_load(text), "compute_logs": {**manager, "config": given}}
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True)


def default_io_manager() -> dict[str, dg.IOManagerDefinition]:
    """The resource that stores what assets return that name no IO manager, with the lake on S3.

    Elsewhere Dagster's own does, in its home. Those of our models name `lake`.
    """
    is_needed = is_object_store_url(Settings.from_environment().lake_url)
    return {"io_manager": _pickled} if is_needed else {}


class PickledOnS3(dg.IOManager):
    """As Dagster's default, which stores a pickle for each asset.

    dagster-aws takes a second to import and lists the bucket, which runs without such assets need
    not wait for.
    """

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Store what an asset has returned."""
        self._values.handle_output(context, obj)

    def load_input(self, context: dg.InputContext) -> object:
        """Read it for an asset that depends on it."""
        return self._values.load_input(context)

    @cached_property
    def _values(self) -> dg.IOManager:
        require_package()
        import boto3
        from dagster_aws.s3.io_manager import PickledObjectS3IOManager

        settings = Settings.from_environment()
        client = boto3.client("s3", endpoint_url=settings.s3_endpoint_url or None)
        bucket, prefix = _place(settings, VALUES)
        return PickledObjectS3IOManager(bucket, client, prefix)


@dg.io_manager
def _pickled(_: dg.InitResourceContext) -> dg.IOManager:
    return PickledOnS3()


def _place(settings: Settings, folder: str) -> tuple[str, str]:
    """The bucket of the lake, and the key of a folder in it."""
    parts = urlsplit(settings.lake_url)
    return parts.netloc, (Path(parts.path.lstrip("/")) / folder).as_posix()
