"""`mlops-assets review MODEL [VERSION]`: walk the checklist of a version, and decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json, Model
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.stages import (
    open_registry,
    registered_spec,
    serving_number,
    since_of,
)
from mlops_assets.cli.tables import print_table
from mlops_assets.errors import InputError
from mlops_assets.spec.stage_names import STAGING

if TYPE_CHECKING:
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.ledger import Entry
    from mlops_assets.registry.review.records import Decision, Review
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

Number = Annotated[
    str | None, typer.Argument(help="Number of the version; default: the staged one.")
]
Notes = Annotated[list[str] | None, typer.Option("--note", help="A finding; can be repeated.")]
Stakeholders = Annotated[
    list[str] | None, typer.Option("--stakeholder", help="Who was consulted; can be repeated.")
]
HEADINGS = ["", "point", "found"]


def review(
    model: Model,
    version: Number = None,
    note: Notes = None,
    stakeholder: Stakeholders = None,
    approve: Annotated[bool, typer.Option("--approve", help="Approve and promote it.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it for good.")] = False,
    reason: Annotated[str, typer.Option(help="The reason, for the ledger.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Approve it although a point is FAIL.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Also write the page to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Walk the review checklist of a version, and approve or reject it.

    Each point is PASS, FAIL, or LOOK: a person has to look. Without a decision nothing changes,
    unless there are notes, which are recorded. An approval holds for the verdict that was looked
    at: if the gates or the production version have changed, --approve evaluates the version again
    and stops, to be called again. A FAIL does not allow it without --force and a --reason.

    Example:  mlops-assets review employee_attrition 2 --note "fair enough" --approve
    """
    decision = _decision(approve, reject, force, reason)
    with lines_to_stderr(as_json):
        registry = open_registry()
        name = registered_name(registry, model)
        expected = serving_number(registry, name)
        spec = _required(registered_spec(name, required=True), name)
        registry.spec_of = lambda _: spec
        number = version or _staged(registry, name)
        if approve and not force:
            _require_current(registry, name, number, spec)
        found = _reviewed(registry, spec, number, _not_blank(note), _not_blank(stakeholder))
        given = {"decision": decision, "reason": reason, "forced": force}
        found = found.model_copy(update=given)
        done = None
        if decision or found.notes or found.stakeholders:
            done = _decided(registry, spec, found, expected)
        if html:
            _write(registry, found, html)
    if as_json:
        print_json({"review": found, "digest": found.digest(), "change": done})
        return
    _print(found)
    if html:
        typer.echo(f"\nwritten to {html}")
    if done:
        typer.echo(f"\n{done.line()}")


def _not_blank(given: list[str] | None) -> list[str]:
    return [it.strip() for it in given or [] if it.strip()]


def _decision(approve: bool, reject: bool, force: bool, reason: str) -> "Decision":
    if (approve and reject) or (force and not approve):
        raise InputError(
            seen="--approve together with --reject" if reject and approve else "--force alone",
            expected="one decision; --force belongs to --approve",
            todo="leave one out, or add --approve",
        )
    if reason and not (approve or reject):
        raise InputError(
            seen="--reason alone",
            expected="a reason for a decision: --approve or --reject",
            todo="add one of them, or write it as a --note",
        )
    return "approved" if approve else "rejected" if reject else ""


def _required(spec: "LifecycleSpec | None", name: str) -> "LifecycleSpec":
    if spec is None:
        raise InputError(
            seen=f"no defs.yaml has {name}",
            expected="a model of this project: its defs.yaml says what a review looks at",
            todo="see `mlops-assets models`",
        )
    return spec


def _staged(registry: "ModelRegistry", name: str) -> str:
    if staged := registry.of(name).at(STAGING):
        return str(staged.version)
    raise InputError(
        seen=f"no version of {name} is staged",
        expected="a staged version, or the number of another one",
        todo=f"see `mlops-assets versions {name}`",
    )


def _require_current(
    registry: "ModelRegistry", name: str, number: str, spec: "LifecycleSpec"
) -> None:
    """Evaluate the version again if its verdict is outdated, and stop: nobody has seen that yet."""
    if why := registry.reevaluated(name, number, spec):
        raise InputError(
            seen=f"{why}; it has now been evaluated again",
            expected="an approval of a verdict that was looked at",
            todo="look at the review again, then approve it",
        )


def _reviewed(
    registry: "ModelRegistry",
    spec: "LifecycleSpec",
    number: str,
    notes: list[str],
    stakeholders: list[str],
) -> "Review":
    from mlops_assets.platform.mlflow.store import explained
    from mlops_assets.registry.review.reviewing import review_version

    with explained(registry.settings):
        model = registry.of(spec.registered_name)
        return review_version(
            model,
            spec,
            number,
            registry.settings,
            reviewer=model.actor,
            notes=notes,
            stakeholders=stakeholders,
        )


def _decided(
    registry: "ModelRegistry", spec: "LifecycleSpec", found: "Review", expected: str
) -> "Entry":
    from mlops_assets.registry.review.deciding import decide

    return decide(registry, spec, found, since=since_of(spec), expected=expected)


def _write(registry: "ModelRegistry", found: "Review", path: Path) -> None:
    from mlops_assets.cli.compare import write
    from mlops_assets.registry.review.page import pictures, review_page

    page = review_page(found, pictures(registry.client, found), registry.settings.mlflow_ui)
    write(path, page.encode())


def _print(found: "Review") -> None:
    typer.echo(f"{found.model} version {found.version}: {found.summary()}")
    for section in dict.fromkeys(it.section for it in found.points):
        typer.echo(f"\n{section}")
        own = [it for it in found.points if it.section == section]
        print_table([HEADINGS, *([it.outcome, it.name, it.observed] for it in own)])
