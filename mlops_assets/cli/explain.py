"""`mlops-assets explain MODEL ID1 ID2`: why two records are the same person, or not."""

from dataclasses import asdict
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.tables import print_row, print_table
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.kinds.base import ExplainedPair

HEADINGS = ["field", "what was seen", "   bits", "    sum"]
WIDTHS = (12,)
First = Annotated[str | None, typer.Argument(help="The `identity` of a record.", metavar="[ID1]")]
Second = Annotated[
    str | None, typer.Argument(help="The `identity` of the other record.", metavar="[ID2]")
]


def explain(
    model: ModelInDefs,
    one: First = None,
    other: Second = None,
    item: Annotated[
        str | None, typer.Option(help="An item of the review queue, instead of two records.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="Default: the production version.")] = None,
    as_json: Json = False,
) -> None:
    """Explain why two records are the same person, or not: the evidence per field, in bits.

    Each bit doubles the odds of a match. The records are read from the model's source as it is
    now; their values are not shown.

    Example:  mlops-assets explain golden_record C0-P-0000017 C0-P-0000391

    A pair that waits for review:  mlops-assets explain golden_record --item 1f0e3dad99908345
    """
    from mlops_assets.definitions import defs
    from mlops_assets.entities.explained_pair import explain_pair, queued_pair
    from mlops_assets.loading import spec_of

    settings, spec = Settings.from_environment(), spec_of(defs(), model)
    pair = _pair(one, other) if item is None else queued_pair(settings, spec, item)
    number, explained = explain_pair(settings, spec, pair, version)
    if as_json:
        evidence = [it._asdict() for it in explained.evidence]
        facts = {"model": model, "version": number, **asdict(explained), "evidence": evidence}
        print_json(facts)
        return
    typer.echo(f"{model} version {number}\n")
    _print(explained)


def _pair(one: str | None, other: str | None) -> tuple[str, str]:
    if one is None or other is None:
        raise InputError(
            seen="fewer than two records",
            expected="the ids of two records, or an item of the review queue",
            todo="give ID1 and ID2, or --item",
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
