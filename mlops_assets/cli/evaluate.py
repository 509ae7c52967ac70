"""`mlops-assets evaluate MODEL VERSION… --parquet FILE`: versions on any table, by their gates."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json, Model
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.tables import print_table
from mlops_assets.cli.terminal import say, working
from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.registry.other_rows import OtherRowsEvaluation


def evaluate(
    model: Model,
    versions: Annotated[
        list[str], typer.Argument(help="Numbers of the versions, such as 3 4.", metavar="VERSION")
    ],
    parquet: Annotated[Path, typer.Option(help="Parquet file with the rows and their target.")],
    as_json: Json = False,
) -> None:
    """Evaluate versions on the rows of a file, by the packs and gates of their defs.yaml.

    Rows that a version was fitted on, by their identity or block of time, are left out. Nothing is
    stored, and no stage changes. Exit code 1 if a version does not pass its gates.

    Example:  mlops-assets evaluate planner 3 4 --parquet logs.parquet
    """
    with lines_to_stderr(as_json), working("evaluating"):
        from mlops_assets.cli.stages import open_registry, registered_spec
        from mlops_assets.registry.other_rows import evaluate_versions

        registry = open_registry()
        name = registered_name(registry, model)
        spec = registered_spec(name, required=True)
        if spec is None:
            raise RuntimeError("a required spec is never None")
        rows = _read(parquet)
        found = evaluate_versions(registry.of(name), spec, versions, rows, registry.settings)
    if as_json:
        print_json(found)
    else:
        _print(found)
    if not all(it.verdict.passed for it in found):
        raise typer.Exit(1)


def _read(path: Path) -> "pd.DataFrame":
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import read_table

    try:
        # What pandas had as the index of rows is a column like others.
        return read_table(path).to_pandas(ignore_metadata=True)
    except (OSError, ArrowException) as error:
        why = "there is no such file" if not path.exists() else str(error).splitlines()[0]
        raise InputError(
            seen=f"{path} cannot be read: {why}",
            expected="a Parquet file",
            todo="correct --parquet; a CSV becomes one with pandas: to_parquet",
        ) from error


def _print(found: "list[OtherRowsEvaluation]") -> None:
    from mlops_assets.tasks.metrics.metric import written

    names = list(dict.fromkeys(name for it in found for name in it.metrics))
    cells = [
        [
            name,
            *(
                " ".join(written(*_ends(it, name))).strip() if name in it.metrics else "-"
                for it in found
            ),
        ]
        for name in names
    ]
    rows = ["rows", *(f"{it.rows:,}" for it in found)]
    print_table([["metric", *(f"version {it.version}" for it in found)], rows, *cells])
    for it in found:
        say(f"\nVersion {it.version}: {'passed' if it.verdict.passed else 'FAILED'}", "bold")
        if it.left_out:
            typer.echo(f"{it.left_out:,} rows are left out: it was fitted on them")
        typer.echo(it.verdict.summary())
        for line in it.in_words:
            typer.echo(line)


def _ends(it: "OtherRowsEvaluation", name: str) -> tuple[float, float, float]:
    metric = it.metrics[name]
    return metric.value, metric.low, metric.high
