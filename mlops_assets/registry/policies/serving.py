"""Which policy version a registered version is, for what serves it and for its experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mlops_assets.errors import InputError
from mlops_assets.registry.policies.store import PolicyStore

if TYPE_CHECKING:
    from mlops_assets.spec.experiment import Experiment
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def policy_version_of(store: PolicyStore, spec: LifecycleSpec, number: str) -> UUID:
    """The id of the policy version that the version `number` of a model with `policy` is.

    Raises `InputError` if no policy version names it.
    """
    if spec.policy is None:
        raise RuntimeError(f"{spec.name} has no `policy` in its defs.yaml")
    found = store.versions(
        policy_id=spec.policy.uuid,
        mlflow_model_name=spec.registered_name,
        mlflow_model_version=number,
    )
    if not found:
        raise InputError(
            seen=f"{spec.registered_name} version {number} is no version of the policy "
            f"{spec.policy.id}",
            expected="a row of exp.policy_versions that names it",
            todo=f"materialize `policy_version` of {spec.name}, or add the row",
        )
    return found[0].id


def name_arms(
    store: PolicyStore, spec: LifecycleSpec, plan: Experiment, champion: str, challenger: str
) -> None:
    """Make the two versions of a policy's experiment its variants, if they are not.

    Raises `InputError` if one is no policy version, or the experiment has a variant of that name
    that tries another.
    """
    experiment = plan.name_for(spec.name, champion, challenger)
    arms = {"champion": (champion, 1 - plan.share), "challenger": (challenger, plan.share)}
    for name, (number, share) in arms.items():
        row = policy_version_of(store, spec, number)
        store.add_variant(experiment, name, row, {"share": share})
