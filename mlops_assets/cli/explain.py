"""`mlops-assets explain`: why a row is predicted as it is, or why two records are the same."""

from dataclasses import asdict
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.tables import print_row, print_table
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.kinds.base import ExplainedPair, TextEvidence
    from mlops_assets.registry.explained_by_version import ExplainedByVersion
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

HEADINGS = ["field", "what was seen", "   bits", "    sum"]
ROW_HEADINGS = ["column", "value", "      adds", "       sum"]
WIDTHS = (12,)
First = Annotated[str | None, typer.Argument(help="The `identity` of a row.", metavar="[ROW]")]
Second = Annotated[
    str | None,
    typer.Argument(help="Of a model that links records: the other one.", metavar="[OTHER]"),
]


def explain(
    model: ModelInDefs,
    one: First = None,
    other: Second = None,
    holdout: Annotated[
        int | None, typer.Option(min=0, help="A held-out row by its place, from 0, instead.")
    ] = None,
    item: Annotated[
        str | None, typer.Option(help="An item of the review queue, instead of two records.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="Default: the production version.")] = None,
    as_json: Json = False,
) -> None:
    """Explain why a row is predicted as it is: what each column adds, compared with typical rows.

    What columns add is in probability, or in the unit of a predicted number: SHAP values, which add
    up to the prediction. The row is read from the model's source as it is now, or is a held-out row
    of the version. Personal values are masked.

    Example:  mlops-assets explain employee_attrition E11-0-0002498

    A held-out row:  mlops-assets explain employee_attrition --holdout 12

    Of a model that matches texts: what the features of the pair add, and the words and skills that
    both texts have. Words are shown that several training texts have.

    Of a model that links records: why two are the same person, or not, by the evidence per field.
    Each bit doubles the odds of a match; values of the records are not shown.

    Example:  mlops-assets explain golden_record C0-P-0000017 C0-P-0000391

    A pair that waits for review:  mlops-assets explain golden_record --item 1f0e3dad99908345
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of

    settings, spec = Settings.from_environment(), spec_of(declared(model), model)
    if spec.is_supervised and other is None and item is None:
        _row(_explained(settings, spec, one, holdout, version), model, as_json=as_json)
    else:
        _of_pair(settings, spec, one, other, item, version, as_json=as_json)


def _explained(
    settings: Settings,
    spec: "LifecycleSpec",
    identity: str | None,
    holdout: int | None,
    version: str | None,
) -> "ExplainedByVersion":
    from mlops_assets.registry.explained_by_version import explain_held_out, explain_row

    if (identity is None) == (holdout is None):
        raise InputError(
            seen="no row" if identity is None else "a row by its identity and by its place",
            expected="one row",
            todo="give the `identity` of a row, or --holdout with a number",
        )
    if identity is not None:
        return explain_row(settings, spec, identity, version)
    return explain_held_out(settings, spec, holdout or 0, version)


def _row(found: "ExplainedByVersion", model: str, *, as_json: bool) -> None:
    row = found.row
    if as_json:
        dumped = row.model_dump(mode="json")
        columns = [it._asdict() for it in row.contributions]
        about = {"model": model, "version": found.version, "row": found.which}
        compared = {"background": found.background, "complete": found.complete}
        texts = {"texts": found.evidence.shown()} if found.evidence else {}
        print_json({**about, **dumped, "contributions": columns, **texts, **compared})
        return
    typer.echo(f"{model} version {found.version}, {found.which}\n")
    sums = accumulate((it.adds for it in row.contributions), initial=row.base)
    next(sums)
    lines = [
        [it.column, it.value, f"{it.adds:+10.4g}", f"{reached:10.4g}"]
        for it, reached in zip(row.contributions, sums, strict=True)
    ]
    first = ["", f"mean of {found.background} training rows", "", f"{row.base:10.4g}"]
    print_table([ROW_HEADINGS, first, *lines])
    typer.echo()
    print_row(["prediction", row.prediction], WIDTHS)
    print_row(["because", row.sentence], WIDTHS)
    if found.evidence:
        _texts(found.evidence)
    if not found.complete:
        print_row(["", "The time was over before it was compared with all those rows."], WIDTHS)


def _texts(evidence: "TextEvidence") -> None:
    """The words and skills of a pair of texts."""
    shown = evidence.shown()
    words = [f"{it['word']} {it['adds']:.3f}" for it in shown["words_in_both"]]
    print_row(["words in both", ", ".join(words) or "none"], WIDTHS)
    print_row(["skills found", ", ".join(evidence.found) or "none"], WIDTHS)
    print_row(["not found", ", ".join(evidence.lacking) or "none"], WIDTHS)


def _of_pair(
    settings: Settings,
    spec: "LifecycleSpec",
    one: str | None,
    other: str | None,
    item: str | None,
    version: str | None,
    *,
    as_json: bool,
) -> None:
    from mlops_assets.entities.explained_pair import explain_pair, queued_pair

    pair = _pair(one, other) if item is None else queued_pair(settings, spec, item)
    number, explained = explain_pair(settings, spec, pair, version)
    if as_json:
        evidence = [it._asdict() for it in explained.evidence]
        facts: dict[str, Any] = {"model": spec.name, "version": number}
        print_json({**facts, **asdict(explained), "evidence": evidence})
        return
    typer.echo(f"{spec.name} version {number}\n")
    _print(explained)


def _pair(one: str | None, other: str | None) -> tuple[str, str]:
    if one is None or other is None:
        raise InputError(
            seen="fewer than two records",
            expected="the ids of two records, or an item of the review queue",
            todo="give two ids, or --item",
        )
    return one, other


def _print(explained: "ExplainedPair") -> None:
    sums = accumulate(it.weight for it in explained.evidence)
    rows = [
        [it.field, it.seen, f"{it.weight:+7.2f}", f"{reached:+7.2f}"]
        for it, reached in zip(explained.evidence, sums, strict=True)
    ]
    print_table([HEADINGS, *rows])
    typer.echo()
    weight = f"{explained.match_weight:+.2f} bits, probability {explained.probability:.6f}"
    print_row(["match weight", weight], WIDTHS)
    print_row(["decision", f"{explained.decision}: {explained.reason}"], WIDTHS)
