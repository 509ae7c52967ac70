"""Explain why a version predicts a row as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.errors import InputError
from mlops_assets.evaluation.shapley.explained_row import ExplainedRow, explained_rows
from mlops_assets.evaluation.shapley.explainer import Explainer, background_of
from mlops_assets.kinds.base import TextEvidence
from mlops_assets.kinds.loading import load_model
from mlops_assets.kinds.refit import recorded_fields
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.loaded_model import uri_of
from mlops_assets.registry.reading import ModelReader
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import dataset_of, sides

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.base import Model

SECONDS, PASSES = 20.0, 4


class ExplainedByVersion(NamedTuple):
    """The explanation of a row, which row it is, and what made it.

    `complete` is False if the time was over before the row was compared with all of `background`.
    `evidence` are the words and skills of a model that matches texts.
    """

    version: str
    which: str
    row: ExplainedRow
    background: int
    complete: bool
    evidence: TextEvidence | None = None


class _Fitted(NamedTuple):
    """A version with the rows it was fitted and judged on, and the spec as it was then."""

    version: str
    model: Model
    spec: LifecycleSpec
    train: pd.DataFrame
    holdout: pd.DataFrame


def explain_row(
    settings: Settings, spec: LifecycleSpec, identity: str, version: str | None = None
) -> ExplainedByVersion:
    """Explain the row of the source whose `identity` column has that value, as text.

    It is read as it is now; of several such rows the last one is explained. `version` defaults to
    the production version. Raises `InputError` if the model learns no target, or there is no such
    row or version.
    """
    fitted = _fitted(settings, spec, version)
    if len(spec.identity) != 1:
        raise InputError(
            seen=f"`identity` of {spec.name} is {list(spec.identity)}",
            expected="one column, by whose value a row can be found",
            todo="name a row by its place: --holdout 0",
        )
    rows = spec.source.read_rows(settings, spec.identity[0], {identity})
    if rows.empty:
        raise InputError(
            seen=f"no row of {spec.source.origin} has that {spec.identity[0]}",
            expected="one that the source has now",
            todo="correct it, or explain a held-out row: --holdout 0",
        )
    found = fitted.spec.typed(rows.tail(1).reset_index(drop=True))
    which = f"the row with that {spec.identity[0]}"
    if len(rows) > 1:
        which = f"the last of {len(rows):,} rows with that {spec.identity[0]}"
    return _explained(fitted, found, which)


def explain_held_out(
    settings: Settings, spec: LifecycleSpec, place: int, version: str | None = None
) -> ExplainedByVersion:
    """Explain a held-out row of the version by its place, from 0, as the panel numbers them.

    Raises `InputError` like `explain_row`.
    """
    fitted = _fitted(settings, spec, version)
    if not 0 <= place < len(fitted.holdout):
        raise InputError(
            seen=f"held-out row {place}",
            expected=f"a number from 0 to {len(fitted.holdout) - 1}",
            todo="correct it",
        )
    row = fitted.holdout.iloc[[place]]
    return _explained(fitted, row, f"held-out row {place}")


def _fitted(settings: Settings, spec: LifecycleSpec, number: str | None) -> _Fitted:
    if not spec.is_supervised:
        raise InputError(
            seen=f"a single row, and {spec.name}, which learns no target: {spec.task}",
            expected="a model that predicts each row by itself",
            todo="choose such a model",
        )
    with explained(settings):
        reader = ModelReader(open_store(settings), spec.registered_name)
        found = reader.version(number) if number else reader.serving()
        model = load_model(uri_of(found), spec.model.type)
        training = read_training(reader.client, model_id_of(found))
    then = spec.model_copy(update=recorded_fields(training.spec))
    both = sides(read_table(training.features_file, FeatureTable).table)
    train, holdout = (dataset_of(rows, then).features for rows in both)
    return _Fitted(str(found.version), model, then, train, holdout)


def _explained(fitted: _Fitted, row: pd.DataFrame, which: str) -> ExplainedByVersion:
    spec = fitted.spec
    background = background_of(fitted.model, fitted.train)
    explainer = Explainer(fitted.model, background, positive=spec.positive, seed=spec.seed)
    found = explainer.explain(row, seconds=SECONDS, passes=PASSES)
    (text,) = explained_rows(found, spec.columns, spec.personal_data, fitted.train)
    evidence = explainer.text_evidence(row)
    compared = found.background, found.complete
    return ExplainedByVersion(fitted.version, which, text, *compared, evidence)
