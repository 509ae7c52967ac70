"""The tags by which a launcher reserves `resources` of defs.yaml for a run.

They stand on the jobs, whose runs show them and may be launched with others, and on the assets,
for runs of selected assets, which have no job of ours.
"""

import json
from typing import Any

from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.resources import Resources

RAY_TAG, KUBERNETES_TAG = "dagster-ray/config", "dagster-k8s/config"


def resource_tags(spec: LifecycleSpec) -> dict[str, str]:
    """Tags for Ray and for Kubernetes; none if defs.yaml asks for nothing."""
    if spec.resources is None:
        return {}
    found = {RAY_TAG: _for_ray(spec.resources), KUBERNETES_TAG: _for_kubernetes(spec.resources)}
    return {tag: json.dumps(config) for tag, config in found.items()}


def _for_ray(asked: Resources) -> dict[str, Any]:
    given = {"num_cpus": asked.cpus, "memory": asked.memory, "num_gpus": asked.gpus}
    return {name: value for name, value in given.items() if value}


def _for_kubernetes(asked: Resources) -> dict[str, Any]:
    """Memory is also a limit, since a node without any kills others; cores are shared."""
    memory = {"memory": str(int(asked.memory))} if asked.memory else {}
    gpus = {"nvidia.com/gpu": str(asked.gpus)} if asked.gpus else {}
    limits = {**memory, **gpus}
    resources = {"requests": {"cpu": f"{asked.cpus:g}", **limits}, "limits": limits}
    return {"container_config": {"resources": resources}}
