"""`mlops-assets new`: turn your own table into a model."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.drill import BACKTEST
from mlops_assets.cli.options import Json
from mlops_assets.cli.tables import print_row
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.model_names import NAME_LENGTH, NAME_PATTERN, model_names

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.data.sources.csv_form import CsvForm

WIDTHS = (10,)
QUERY = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:select|with|values)\b", re.I | re.S)
"""How a query begins, after comments."""
FOUND = {"separator", "encoding", "decimal", "na_values", "column_names"}
"""What is found in a CSV file."""


def new(
    name: Annotated[str, typer.Argument(help="Name of the model: letters, digits, underscores.")],
    target: Annotated[str, typer.Option(help="The column to predict.")],
    csv: Annotated[str, typer.Option(help="A CSV file or URL.")] = "",
    separator: Annotated[
        str, typer.Option(help="The CSV's separator, such as ';'; default: found in the file.")
    ] = "",
    encoding: Annotated[
        str, typer.Option(help="The CSV's encoding, such as cp1252; default: found in the file.")
    ] = "",
    column_names: Annotated[
        str, typer.Option(help="The names of a CSV without a header line, such as 'age,plan,y'.")
    ] = "",
    no_header: Annotated[
        bool,
        typer.Option("--no-header", help="The CSV has no names: call them column_1, column_2, …"),
    ] = False,
    parquet: Annotated[str, typer.Option(help="A Parquet file or URL.")] = "",
    sql: Annotated[str, typer.Option(help="A table in WAREHOUSE_URL, or a SELECT.")] = "",
    task: Annotated[
        str, typer.Option(help="classification or regression; default: inferred.")
    ] = "",
    date_format: Annotated[
        list[str] | None,
        typer.Option(help="How a column's dates are written, such as 'joined=%d/%m/%Y'."),
    ] = None,
    timestamp: Annotated[
        str,
        typer.Option(help="The column with the time of a row, or none; default: inferred."),
    ] = "",
    nightly: Annotated[
        bool, typer.Option("--nightly", help="Retrain each night, although it is a file.")
    ] = False,
    search: Annotated[
        bool, typer.Option("--search", help="Let each retrain search for the best parameters.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing model.")] = False,
    as_json: Json = False,
) -> None:
    """Write the defs.yaml of a new model for your own table, ready to materialize.

    Example:  mlops-assets new churn --csv customers.csv --target churned
    """
    from mlops_assets.spec.baseline import with_baseline
    from mlops_assets.spec.inference import propose
    from mlops_assets.spec.proposal import render

    settings = Settings.from_environment()
    place = settings.defs / name / "defs.yaml"
    require_free(name, place, force)
    described = describe_source(csv, parquet, sql, settings.project_root)
    form = form_of(separator, encoding, column_names, no_header)
    if date_format:
        described["date_format"] = formats_by_column(date_format)
    described, table = read(described, settings, form, target)
    proposal = propose(
        table,
        name=name,
        target=target,
        source=described,
        task=chosen(task),
        timestamp=timestamp,
        nightly=nightly,
    )
    proposal = with_baseline(proposal, table, search=search)
    write_whole(place, render(proposal), force=force)
    if as_json:
        print_json({"file": str(place), **proposal.model_dump(mode="json")})
        return
    _report(place, proposal, settings.project_root)


def require_free(name: str, place: Path, force: bool) -> None:
    """Raise `InputError` if `name` cannot be the name of a new model."""
    if not re.fullmatch(NAME_PATTERN, name) or len(name) > NAME_LENGTH:
        raise InputError(
            seen=f"the name {name!r}",
            expected="letters, digits and underscores, beginning with a letter; "
            f"at most {NAME_LENGTH} of them",
            todo="choose such a name, for example customer_churn",
        )
    if place.exists() and not force:
        raise _exists(place)
    elsewhere = model_names(place.parents[1]).get(name, "")
    if elsewhere and not elsewhere.startswith(f"{place}:"):
        raise InputError(
            seen=f"{elsewhere} has a model {name!r} already",
            expected="a name that no model has",
            todo="choose another name",
        )


def write_whole(place: Path, text: str, *, force: bool) -> None:
    """Write the file in one step, so that nobody ever loads half of it.

    Raises `InputError`, unless forced, if another process has written it meanwhile.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        if force:
            part.replace(place)
        else:
            os.link(part, place)  # unlike a rename, it fails if the file exists
    except FileExistsError:
        raise _exists(place) from None
    finally:
        part.unlink(missing_ok=True)


def _exists(place: Path) -> InputError:
    return InputError(
        seen=f"{place} exists already",
        expected="a name that no model has",
        todo="choose another name, or add --force to overwrite it",
    )


def describe_source(csv: str, parquet: str, sql: str, root: Path) -> dict[str, Any]:
    """The `source` of defs.yaml for the one option that was given."""
    given = {"csv": csv, "parquet": parquet, "sql": sql}
    chosen = {type_: value for type_, value in given.items() if value}
    if len(chosen) != 1:
        raise InputError(
            seen=f"{len(chosen)} sources",
            expected="exactly one of --csv, --parquet and --sql",
            todo="name the table once, for example --csv customers.csv",
        )
    (type_, value), *_ = chosen.items()
    if type_ == "sql":
        return {"type": "sql", "query" if QUERY.match(value) else "table": value}
    return {"type": type_, "path": value if "://" in value else _from_root(Path(value), root)}


def form_of(separator: str, encoding: str, column_names: str, no_header: bool) -> "CsvForm":
    """What the options say about a CSV file."""
    from mlops_assets.data.sources.csv_form import CsvForm

    names = tuple(name.strip() for name in column_names.split(",")) if column_names else ()
    return CsvForm(separator.replace("\\t", "\t"), encoding, no_header, names)


def formats_by_column(given: list[str]) -> dict[str, str]:
    """The `date_format` of defs.yaml from COLUMN=FORMAT. Raises `InputError`."""
    pairs = [it.rpartition("=") for it in given]
    if wrong := [it for it, (column, *_) in zip(given, pairs, strict=True) if not column]:
        raise InputError(
            seen=f"--date-format {wrong[0]!r}",
            expected="COLUMN=FORMAT",
            todo="write it as --date-format 'joined=%d/%m/%Y'",
        )
    return {column: written for column, _, written in pairs}


def read(
    described: dict[str, Any], settings: Settings, form: "CsvForm", target: str
) -> "tuple[dict[str, Any], pd.DataFrame]":
    """Read the rows of a source in the form of defs.yaml. Raises `InputError`.

    The form comes back with what a CSV file was found to be written in.
    """
    from pydantic import TypeAdapter, ValidationError

    from mlops_assets.data.sources.csv import CsvSource
    from mlops_assets.data.sources.label_columns import LabelColumns
    from mlops_assets.data.sources.registry import Source
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec
    from mlops_assets.spec.mistakes import explain
    from mlops_assets.spec.paths import locate

    given = {"separator": form.separator, "encoding": form.encoding}
    if described["type"] == "csv":
        described = {**described, **{key: value for key, value in given.items() if value}}
    try:
        source = TypeAdapter(Source).validate_python(described)
    except ValidationError as error:
        first = error.errors()[0]
        raise explain(first, locate(("source", *first["loc"]), LifecycleSpec)) from None
    if isinstance(source, CsvSource):
        source = source.recognized(settings, form, target)
        described = {**described, **source.model_dump(include=FOUND, exclude_defaults=True)}
    # As it stands: what is a number, a label or missing is for the proposal to say.
    raw = source.model_copy(update={"missing": []}).with_labels(LabelColumns(every=True))
    return described, raw.read(settings)


def _from_root(path: Path, root: Path) -> str:
    """The path for defs.yaml: relative to the project's folder if the file is inside it."""
    path = path.resolve()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def chosen(task: str):
    """The given task; None if it is to be inferred."""
    from mlops_assets.kinds.sklearn.proposal import ENDINGS

    proposed = {it.name: it for it in ENDINGS}
    if not task or task in proposed:
        return proposed.get(task)
    raise InputError(
        seen=f"the task {task!r}",
        expected=" or ".join(proposed),
        todo="give one of them, or leave --task out",
    )


def _report(place: Path, proposal, root: Path) -> None:
    from mlops_assets.spec.missing_words import shown as words_shown

    shown = place.relative_to(root) if place.is_relative_to(root) else place
    roles = proposal.columns.model_dump().items()
    written = [f"{key} {value!r}" for key, value in proposal.source.items() if key in FOUND]
    rows = [
        ("wrote", str(shown)),
        *([("read with", ", ".join(written))] if written else []),
        ("task", f"{proposal.task} of {proposal.target}"),
        *((role, ", ".join(names)) for role, names in roles if names),
        *(("left out", f"{column}: {reason}") for column, reason in proposal.left_out.items()),
        *(("question", question) for question in proposal.questions),
        *(
            ("missing", f"{column}: {words_shown(words)}")
            for column, words in proposal.missing.items()
        ),
        *(("warning", warning) for warning in proposal.warnings),
        *([("timestamp", proposal.timestamp)] if proposal.timestamp else []),
        *(("timestamp?", f"{name} (--timestamp {name})") for name in proposal.timestamps),
        *([("no loop", proposal.no_loop)] if proposal.no_loop else []),
        *(("tried", f"{words}: {reached}") for words, reached in proposal.tried.items()),
        ("model", proposal.estimator.rpartition(".")[2]),
        *(("gate", gate) for gate in proposal.gate_words),
        ("next", f"mlops-assets retrain {proposal.name}   (or `make up` and click)"),
        *([("history", BACKTEST.format(proposal.name))] if proposal.timestamp else []),
    ]
    for row in rows:
        print_row(row, WIDTHS, gap=1)
