"""Evaluate a model on its holdout, and judge it by its quality gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from mlops_assets.data.profile.quality import QUALITIES
from mlops_assets.errors import InputError
from mlops_assets.evaluation.champion import compare_with_production
from mlops_assets.evaluation.earlier import Earlier
from mlops_assets.evaluation.expected_day import expected_day
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.ground_truth import ground_truth_of
from mlops_assets.evaluation.inputs import inputs_of
from mlops_assets.evaluation.newest_first import Comparison
from mlops_assets.evaluation.packs.base import AnyPack
from mlops_assets.evaluation.packs.names import require_names
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.evaluation.packs.slices import FILE as SLICES
from mlops_assets.evaluation.records import Evaluation, Slice, TrainedModel
from mlops_assets.evaluation.result import EvaluationResult
from mlops_assets.evaluation.verdict import GateResult, Verdict
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult, predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.tasks.feature_table import HOLDOUT, TIME, dataset_of, side
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def evaluate_model(
    spec: LifecycleSpec,
    features: pd.DataFrame,
    trained: TrainedModel,
    serving: ModelVersion | None,
    settings: Settings,
    earlier: Callable[[str], Earlier | None] | None = None,
) -> EvaluationResult:
    """Evaluate `trained` on the holdout of `features` and judge it by the gates of `spec`.

    The model is loaded from MLflow, so that exactly what would go into production is evaluated.
    `serving` is the production version that it has to beat, None if there is none; the verdict
    names it. `earlier` finds what packs found of inputs with that hash: then they do not run
    again, and the gates are judged by what they found.
    """
    holdout = side(features, held_out=True)
    dataset = dataset_of(holdout, spec).with_target(ground_truth_of(holdout, spec, settings))
    inputs = inputs_of(spec, features, dataset.target, trained.model_id) if earlier else ""
    same = earlier(inputs) if earlier and inputs else None
    model = cache(partial(load_model, trained.uri, spec.model.type))
    predictions = cache(lambda: predictions_of(model(), dataset.features))
    training = cache(lambda: dataset_of(side(features, held_out=False), spec))
    results = same.packs if same else run_packs(spec, model(), training, dataset, predictions())
    metrics = {name: it for result in results.values() for name, it in result.metrics.items()}
    known, days = results.get(spec.task.metrics_pack, PackResult()).metrics, days_of(holdout, spec)
    compared = dataset, predictions, trained.model_id, days, known
    day = same.expected_day if same else expected_day(spec, dataset, predictions(), metrics, days)
    champion = compare_with_production(serving, spec, *compared)
    verdict = Verdict(
        gates=tuple(gate_results(spec, features, metrics, champion)),
        model_id=trained.model_id,
        dataset_version=trained.dataset_version,
        code_version=trained.code_version,
        asked=spec.gates.model_dump_json(),
        champion=str(serving.version) if serving else "",
    )
    record = Evaluation(
        trained_model=trained,
        metrics=metrics,
        verdict=verdict,
        slices=slices_of(results),
        holdout_rows=len(holdout),
        training_rows=int((~features[HOLDOUT].astype(bool)).sum()),
        expected_day=day,
    )
    return EvaluationResult(record, results, spec.target_units, inputs, same)


def days_of(holdout: pd.DataFrame, spec: LifecycleSpec) -> pd.Series | None:
    """The day of each held-out row; None without a time, or if none is held out of the training."""
    return holdout[TIME].dt.normalize() if spec.is_supervised and TIME in holdout else None


def gate_results(
    spec: LifecycleSpec,
    features: pd.DataFrame,
    metrics: Mapping[str, Metric],
    champion: Comparison | str | NoChampion,
) -> list[GateResult]:
    """Judge the gates of `spec` by the metrics, the feature table and what defs.yaml says."""
    data = {name: QUALITIES[name](features, spec.columns) for name in spec.gates.data_bounds}
    told = {"data": data, "undocumented": spec.undocumented}
    return judge(spec.gates, metrics, champion, task=spec.task, **told)


def run_packs(
    spec: LifecycleSpec,
    model: Model,
    training: Callable[[], Dataset],
    dataset: Dataset,
    predictions: pd.DataFrame,
    packs: Sequence[AnyPack] | None = None,
) -> dict[str, PackResult]:
    """The results of `packs`, by default all, by type and in order.

    `training` gives the training rows, which only few packs look at.
    Raises `InputError` if two have a metric or a document of one name, or a name is not usable.
    """
    results: dict[str, PackResult] = {}
    for pack in packs_of(spec) if packs is None else packs:
        try:
            result = pack.run(model, training, dataset, predictions, spec)
        except Exception as error:  # re-raised: only the pack's name is added
            error.add_note(f"raised by the pack {pack.type}")
            raise
        require_names(pack.type, result)
        for name, other in results.items():
            _require_different("metrics", {name: other.metrics, pack.type: result.metrics})
            _require_different("documents", {name: other.documents, pack.type: result.documents})
        results[pack.type] = replace(result, panel=cache(result.panel))
    return results


def slices_of(results: Mapping[str, PackResult]) -> tuple[Slice, ...]:
    """What the pack `slices` found, whatever others call their documents; nothing without it."""
    found = results.get("slices", PackResult()).documents.get(SLICES, tuple)
    return tuple(map(Slice.model_validate, found()))


def _require_different(what: str, names: Mapping[str, Iterable[str]]) -> None:
    if twice := sorted(set.intersection(*map(set, names.values()))):
        raise InputError(
            seen=f"the packs {' and '.join(names)} both have the {what} {twice}",
            expected=f"{what} with a name of their own",
            todo="leave one of the two packs out of `packs`",
        )
