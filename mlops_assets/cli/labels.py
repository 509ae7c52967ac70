"""`mlops-assets labels`: give the labels of rows that were predicted over HTTP."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def labels(
    model: ModelInDefs,
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with the label in `label` or the target's column, and `request_id` (with "
            "`place` for lists of rows) or the identity columns.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Give labels for rows that the prediction API has answered, all of the file or none.

    They are joined on the request's id or on the identity, of which only a keyed hash is kept. Of
    two labels of a row the later one counts.

    Example:  mlops-assets labels heart_disease labels.csv
    """
    from mlops_assets.data.prediction_log.labels import LabelLog
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of

    settings, spec = Settings.from_environment(), spec_of(declared(model), model)
    lines = list(_lines(file, spec, settings))
    if lines:
        LabelLog(settings.home, spec.name).write(lines)
    if as_json:
        print_json({"model": model, "labels": len(lines)})
        return
    typer.echo(f"{len(lines):,} labels of {model}. The next report of their day has them.")


def _lines(file: Path, spec: "LifecycleSpec", settings: Settings) -> Iterator[bytes]:
    from mlops_assets.data.prediction_log.identity_hash import identity_hash
    from mlops_assets.data.prediction_log.labels import label_line

    hashed, now = identity_hash(settings.home, spec.identity), datetime.now(UTC)
    for number, entry in _entries(file, spec):
        try:
            yield label_line(entry, hashed, now, str(spec.target))
        except InputError as error:
            raise InputError(
                seen=f"{file}:{number}: {error.seen}", expected=error.expected, todo=error.todo
            ) from None


def _entries(file: Path, spec: "LifecycleSpec") -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a CSV with the numbers of their lines; the labels of numbers are numbers."""
    is_class = bool(spec.task.target_columns(str(spec.target)).categorical)
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            for row in reader:
                yield reader.line_num, row if is_class else _with_numbers(row, str(spec.target))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            seen=f"{file} cannot be read: {type(error).__name__}",
            expected="a CSV file in UTF-8 with a header",
            todo="correct the path, or save it as CSV in UTF-8",
        ) from None


def _with_numbers(row: dict[str, Any], target: str) -> dict[str, Any]:
    found = {name: row[name] for name in ("label", target) if row.get(name)}
    try:
        return row | {name: float(text) for name, text in found.items()}
    except ValueError:
        return row | dict.fromkeys(found)
