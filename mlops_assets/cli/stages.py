"""`mlops-assets promote`, `reject`, `archive`, `delete` and `rollback`: what changes a version."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.options import Json, Model, Version
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.registry.ledger import Entry

if TYPE_CHECKING:
    from mlops_assets.client import ModelRegistry
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

Reason = Annotated[str, typer.Option(help="Why; it goes into the ledger.")]
Force = Annotated[bool, typer.Option("--force", help="Although it would be refused; see above.")]


def promote(
    model: Model, version: Version, reason: Reason = "", force: Force = False, as_json: Json = False
) -> None:
    """Let a version serve, and archive the one that did.

    Where defs.yaml asks other gates now, or another version serves than it was compared with, it
    is evaluated again first. Refused where its verdict did not pass, where it cannot be evaluated
    again and where a person rejected it. --force promotes it all the same; it needs a --reason and
    is marked in the ledger, in the version's tags and in the UI.

    Example:  mlops-assets promote heart_disease 4 --reason "better on the new clinic"
    """
    registry = _registry()
    name = registered_name(registry, model)
    spec = _spec(name, required=not force)
    registry.spec_of = lambda _: spec
    done = registry.promote_model(name, version, reason=reason, force=force, since=_since(spec))
    _tell(done, as_json)


def reject(model: Model, version: Version, reason: Reason, as_json: Json = False) -> None:
    """Reject a version for good: neither a retrain nor a promotion takes it without --force.

    The version that serves is rejected by `rollback`.

    Example:  mlops-assets reject heart_disease 4 --reason "leaks the target"
    """
    registry = _registry()
    name = registered_name(registry, model)
    _tell(registry.reject_model(name, version, reason=reason), as_json)


def archive(
    model: Model, version: Version, reason: Reason, force: Force = False, as_json: Json = False
) -> None:
    """Put a version away. The one that serves only with --force, and then none serves.

    Example:  mlops-assets archive heart_disease 2 --reason "no longer needed"
    """
    registry = _registry()
    name = registered_name(registry, model)
    _tell(registry.archive_model(name, version, reason=reason, force=force), as_json)


def delete(model: Model, version: Version, reason: Reason, as_json: Json = False) -> None:
    """Remove a version from the registry for good; never the one that serves.

    What it was and why it went stays in the ledger; its MLflow run and model stay as well. Exit
    code 0: removed, 2: refused, and nothing has changed.

    Example:  mlops-assets delete heart_disease 2 --reason "asked for by the data's owner"
    """
    registry = _registry()
    name = registered_name(registry, model)
    _tell(registry.delete_version(name, version, reason=reason), as_json)


def rollback(
    model: Model,
    reason: Reason,
    to: Annotated[str | None, typer.Option(help="A version; default: the one before.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Let the version that served before serve again, and reject the one that serves.

    --force takes back one whose verdict did not pass or that a person rejected.

    Example:  mlops-assets rollback heart_disease --reason "misses young patients"
    """
    registry = _registry()
    name = registered_name(registry, model)
    since = _since(_spec(name, required=False))
    _tell(registry.rollback_model(name, to, reason=reason, force=force, since=since), as_json)


def _registry() -> "ModelRegistry":
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.actor import current_actor

    return ModelRegistry.from_environment(actor=f"{current_actor()}, mlops-assets")


def _spec(registered: str, *, required: bool) -> "LifecycleSpec | None":
    """What defs.yaml says of the model; None for a model of somebody else's.

    A mistake in some defs.yaml must not stop a rollback: unless `required`, it is only told.
    """
    from mlops_assets.definitions import defs
    from mlops_assets.loading import specs

    try:
        known = {spec.registered_name: spec for spec in specs(defs()).values()}
    except InputError as error:
        if required:
            raise
        say(f"defs.yaml cannot be read, so days are those of UTC: {error}", err=True)
        return None
    return known.get(registered)


def _since(spec: "LifecycleSpec | None") -> date | None:
    """The newest day that has ended where the model lives; None leaves it to UTC."""
    from mlops_assets.spec.monitoring import newest_complete_day

    return newest_complete_day(spec.schedule.timezone, datetime.now(UTC)) if spec else None


def _tell(done: Entry, as_json: bool) -> None:
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
        return
    typer.echo(f"{done.line()}\n{done.model} version {done.serving or 'none'} serves")
