"""The dagster.yaml whose runs are jobs of a Ray cluster."""

from importlib.util import find_spec

from mlops_assets.errors import InputError
from mlops_assets.platform.workers import VARIABLE

LAUNCHER = {"module": "mlops_assets.platform.dagster.ray_launcher", "class": "RayLauncher"}
START_SECONDS = 1200
"""Ray itself ends a job after 900 s without a free node, and says so."""


def require_package() -> None:
    """Raise `InputError` if dagster-ray, or Ray itself, is not installed."""
    if missing := [name for name in ("dagster_ray", "ray") if find_spec(name) is None]:
        raise InputError(
            seen=f"{VARIABLE} names a Ray cluster, and {missing[0]} is not installed",
            expected="the optional dependencies `ray` of this project",
            todo=f"pip install 'mlops-assets[ray]', or unset {VARIABLE}",
        )


def on_workers(text: str, address: str) -> str:
    """The text of a dagster.yaml whose runs are jobs of the cluster at `address`.

    A run takes a core, unless defs.yaml asks for more.
    """
    import yaml

    found = yaml.safe_load(text)
    monitoring = {**found.get("run_monitoring", {}), "start_timeout_seconds": START_SECONDS}
    launcher = {**LAUNCHER, "config": {"ray": {"address": address, "num_cpus": 1}}}
    own = {"run_launcher": launcher, "run_monitoring": monitoring}
    return yaml.safe_dump({**found, **own}, sort_keys=False)
