"""MLOPS_ASSETS_WORKERS: the machines that execute runs, and the stores they need to share."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError

VARIABLE = "MLOPS_ASSETS_WORKERS"
ENGINE = "ray"
STORES = {
    "DAGSTER_STORAGE_URL": ("Dagster's storage", "postgresql://…"),
    "MLFLOW_TRACKING_URI": ("MLflow", "http://… or postgresql://…"),
    "MLFLOW_ARTIFACT_ROOT": ("MLflow's artifacts", "s3://…"),
    "LAKE_URL": ("the lake", "s3://…"),
    "WAREHOUSE_URL": ("the warehouse", "postgresql://…"),
    "LEDGER_URL": ("the ledger", "postgresql://…"),
}
"""What every run reads or writes, by variable, and where it can be for other machines too."""
ON_DISK = ("sqlite", "duckdb", "file", "local", "memory")


class RayWorkers(BaseModel):
    """A Ray cluster: each run is a job on one of its nodes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(description="The job server on the head, such as http://head:8265.")


def parsed(text: str) -> RayWorkers:
    """The cluster that `ray:http://head:8265` names. Raises `InputError` for anything else."""
    engine, _, address = text.partition(":")
    if engine == ENGINE and _is_job_server(address):
        return RayWorkers(address=address.rstrip("/"))
    shown = "a URL with a login" if "@" in text else repr(text)
    raise InputError(
        seen=f"{VARIABLE} is {shown}",
        expected="ray: and the URL of Ray's job server, ray:http://head:8265, without a login",
        todo="correct it, or unset it to execute runs on this machine; a token for Ray goes to "
        "RAY_AUTH_TOKEN",
    )


def _is_job_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        has_port = parts.port is not None or parts.scheme == "https"
    except ValueError:  # a port that is no number
        return False
    named = parts.scheme in ("http", "https") and parts.hostname and "@" not in address
    return bool(named and has_port)


def require_shared(stores: Mapping[str, str]) -> None:
    """Raise `InputError` with each store that other machines cannot reach, and what to set.

    `stores` has the URL of each by its variable in `STORES`.
    """
    own = [name for name in STORES if _is_local(stores[name])]
    if own:
        raise InputError(
            seen="runs are to execute on other machines, and these are files of this one: "
            + ", ".join(STORES[name][0] for name in own),
            expected=f"PostgreSQL and S3 for every store, where {VARIABLE} is set",
            todo=f"set {', '.join(f'{name}={STORES[name][1]}' for name in own)}; "
            f"or unset {VARIABLE}",
        )


def _is_local(url: str) -> bool:
    scheme, separator, _ = url.partition(":")
    return not separator or scheme.partition("+")[0] in ON_DISK
