"""`mlops-assets promote`, `reject`, `archive`, `delete` and `rollback`: change a version."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, Model, Version
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.registry.ledger import Entry
from mlops_assets.spec.stage_names import PRODUCTION

if TYPE_CHECKING:
    from mlops_assets.client import ModelRegistry
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

Reason = Annotated[str, typer.Option(help="The reason, for the ledger.")]
Force = Annotated[
    bool, typer.Option("--force", help="Do it even if it would be refused; see above.")
]


def promote(
    model: Model, version: Version, reason: Reason = "", force: Force = False, as_json: Json = False
) -> None:
    """Promote a version to production, and archive the current production version.

    If the gates in defs.yaml have changed, or it was compared with another production version, it
    is re-evaluated first. Refused if its verdict did not pass, if it cannot be re-evaluated or if
    someone rejected it. --force promotes it anyway; this needs a --reason and is shown in the
    ledger, the version's tags and the UI.

    Example:  mlops-assets promote heart_disease 4 --reason "better on the new clinic"
    """
    registry = open_registry()
    name = registered_name(registry, model)
    seen = serving_number(registry, name)
    spec = registered_spec(name, required=not force)
    registry.spec_of = lambda _: spec
    given = {"reason": reason, "force": force, "since": since_of(spec), "expected": seen}
    _print(registry.promote_model(name, version, **given), as_json)


def reject(model: Model, version: Version, reason: Reason, as_json: Json = False) -> None:
    """Reject a version permanently: no retrain or promotion takes it without --force.

    To reject the production version, use `rollback`.

    Example:  mlops-assets reject heart_disease 4 --reason "leaks the target"
    """
    registry = open_registry()
    name = registered_name(registry, model)
    _print(registry.reject_model(name, version, reason=reason), as_json)


def archive(
    model: Model, version: Version, reason: Reason, force: Force = False, as_json: Json = False
) -> None:
    """Archive a version. The production version needs --force; then none is in production.

    Example:  mlops-assets archive heart_disease 2 --reason "no longer needed"
    """
    registry = open_registry()
    name = registered_name(registry, model)
    _print(registry.archive_model(name, version, reason=reason, force=force), as_json)


def delete(model: Model, version: Version, reason: Reason, as_json: Json = False) -> None:
    """Remove a version from the registry permanently; never the production version.

    The ledger keeps what it was and why it was removed; its MLflow run and model remain. Exit
    code 0: removed, 2: refused, and nothing has changed.

    Example:  mlops-assets delete heart_disease 2 --reason "asked for by the data's owner"
    """
    registry = open_registry()
    name = registered_name(registry, model)
    _print(registry.delete_version(name, version, reason=reason), as_json)


def rollback(
    model: Model,
    reason: Reason,
    to: Annotated[str | None, typer.Option(help="A version; default: the previous one.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Promote the previous production version again, and reject the current one for good.

    --force allows one whose verdict did not pass or that someone rejected. Refused if someone else
    has changed the production version while the command ran.

    Example:  mlops-assets rollback heart_disease --reason "misses young patients"
    """
    from mlops_assets.registry.rejected_by import rejected_by

    registry = open_registry()
    name = registered_name(registry, model)
    seen = serving_number(registry, name)
    since = since_of(registered_spec(name, required=False))
    given = {"reason": reason, "force": force, "since": since, "expected": seen}
    done = registry.rollback_model(name, to, **given)
    rejected = rejected_by(done, registry.of(name).ledger)
    if as_json:
        print_json({**done.model_dump(mode="json"), "rejected": rejected})
        return
    _print(done, as_json=False)
    for version in rejected:
        typer.echo(f"{name} version {version} is rejected: nothing but --force promotes it again")


def open_registry() -> "ModelRegistry":
    """The registry, whose ledger records changes under the user of the command line."""
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.actor import current_actor

    return ModelRegistry.from_environment(actor=f"{current_actor()}, mlops-assets")


def serving_number(registry: "ModelRegistry", name: str) -> str:
    """The production version, "" for none; read before defs.yaml, which takes seconds.

    If someone else changes it meanwhile, as with two rollbacks at once, the change is refused.
    """
    from mlops_assets.platform.mlflow.store import explained

    with explained(registry.settings):
        serving = registry.of(name).at(PRODUCTION)
    return str(serving.version) if serving else ""


def registered_spec(registered: str, *, required: bool) -> "LifecycleSpec | None":
    """The spec of a registered model; None if it is not in any defs.yaml.

    A mistake in some defs.yaml must not stop a rollback: unless `required`, it is only printed.
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import specs

    try:
        known = {spec.registered_name: spec for spec in specs(declared()).values()}
    except InputError as error:
        if required:
            raise
        say(f"defs.yaml cannot be read, so days are in UTC: {error}", err=True)
        return None
    return known.get(registered)


def since_of(spec: "LifecycleSpec | None") -> date | None:
    """The newest complete day in the model's time zone; None means that of UTC."""
    from mlops_assets.spec.monitoring import newest_complete_day

    return newest_complete_day(spec.schedule.timezone, datetime.now(UTC)) if spec else None


def _print(done: Entry, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    version = (
        f"{done.model} version {done.serving}" if done.serving else f"no version of {done.model}"
    )
    typer.echo(f"{done.line()}\n{version} is in production")
