"""Evaluate registered versions on rows of any table, by the gates of their model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.errors import InputError
from mlops_assets.evaluation.evaluate import evaluate_model
from mlops_assets.evaluation.packs.importance import IMPORTANCES
from mlops_assets.evaluation.packs.names import is_page
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.features.columns import require_columns
from mlops_assets.kinds.base import PackResult
from mlops_assets.kinds.refit import recorded_fields
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets.tasks.feature_table import GROUP, HOLDOUT, sides, table_to_judge
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

IN_WORDS = "in_words"
"""Key of a document that has conclusions for people."""


@dataclass(frozen=True)
class OtherRowsEvaluation:
    """What a version is worth on rows that are not its holdout; nothing of it is stored."""

    version: str
    rows: int
    left_out: int
    """Rows of identities, or blocks of time, that the version was fitted on."""
    metrics: dict[str, Metric]
    verdict: Verdict
    in_words: list[str]


def evaluate_versions(
    model: RegisteredModel,
    spec: LifecycleSpec,
    numbers: Sequence[str],
    table: pd.DataFrame,
    settings: Settings,
) -> list[OtherRowsEvaluation]:
    """Evaluate each version on the rows of `table` that it was not fitted on.

    Packs and gates are those of `spec`; columns, target and seed are as fitted. `beats_production`
    compares with the production version on the same rows. Raises `InputError` if a column is
    missing, values do not fit, or no row is left.
    """
    return [_evaluate(model, spec, number, table, settings) for number in numbers]


def _evaluate(
    model: RegisteredModel,
    spec: LifecycleSpec,
    number: str,
    table: pd.DataFrame,
    settings: Settings,
) -> OtherRowsEvaluation:
    version = model.version(number)
    training = read_training(model.client, model_id_of(version))
    as_fitted = spec.model_copy(update=recorded_fields(training.spec))
    fitted = sides(read_table(training.features_file, FeatureTable).table)[0]
    features, left_out = _features(as_fitted, table, fitted)
    trained = TrainedModel(
        model_id=model_id_of(version),
        run_id=version.run_id or "",
        fingerprint=version.tags.get("fingerprint", ""),
        dataset_version=version.tags.get("dataset_version", ""),
        code_version=version.tags.get("code_version", ""),
        reused=True,
    )
    result = evaluate_model(as_fitted, features, trained, model.at(PRODUCTION), settings)
    return OtherRowsEvaluation(
        version=number,
        rows=result.record.holdout_rows,
        left_out=left_out,
        metrics=result.record.metrics,
        verdict=result.record.verdict,
        in_words=[line for it in result.packs.values() for line in _conclusions(it)],
    )


def _features(
    spec: LifecycleSpec, raw: pd.DataFrame, fitted: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """A feature table whose holdout are the rows of `raw` that were not fitted; the others' number.

    What was fitted is its training side, for packs that look at it.
    """
    import pandas as pd

    target = [spec.training_target] if spec.training_target else []
    require_columns(raw, [*target, *spec.needed_columns, *spec.identity])
    raw = _known(raw, target)
    dataset = spec.dataset(raw)
    spec.require_context(dataset)
    rows = table_to_judge(raw, dataset, spec)
    if not spec.is_supervised:
        return rows, 0
    known = set(fitted[GROUP]) if GROUP in fitted else set()
    seen = rows[GROUP].isin(known)
    if seen.all():
        raise InputError(
            seen=f"all {len(rows)} rows are of identities, or blocks of time, that the version "
            "was fitted on",
            expected="rows that it has not seen",
            todo="give a log of later days",
        )
    both = pd.concat([fitted.assign(**{HOLDOUT: False}), rows[~seen]], ignore_index=True)
    return both, int(seen.sum())


def _known(raw: pd.DataFrame, target: list[str]) -> pd.DataFrame:
    """The rows whose target is known. Raises `InputError` if there is none."""
    found = raw.dropna(subset=target)
    if found.empty:
        raise InputError(
            seen=f"{len(raw)} rows, of which none has a {target[0]}" if target else "no rows",
            expected="rows with what came of them",
            todo="wait for it, or give a log of earlier days",
        )
    return found


def _conclusions(pack: PackResult) -> list[str]:
    """What its documents say in words; importances say nothing, and take longer than all else."""
    made = (
        make() for name, make in pack.documents.items() if name != IMPORTANCES and not is_page(name)
    )
    found = [it.get(IN_WORDS, []) for it in made if isinstance(it, dict)]
    return [str(line) for lines in found if isinstance(lines, list) for line in lines]
