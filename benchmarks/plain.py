"""The retrain of a model as a plain script: one process, top to bottom, no orchestrator.

    python -m benchmarks.plain mlops_assets/defs/heart_disease/defs.yaml FOLDER

It reads, checks, fits, evaluates, draws and registers what `mlops-assets retrain` does, with the
same functions for the mathematics, and keeps its MLflow store in FOLDER.
"""

import json
import sys
from datetime import date
from pathlib import Path

import mlflow
import yaml

from benchmarks.stopwatch import step
from mlops_assets.claims import require
from mlops_assets.data.checks.training_checks import raw_claims, split_claims, warning_claims
from mlops_assets.data.profile import figures as profile_figures
from mlops_assets.data.profile.counted_table import CountedTable, column_table
from mlops_assets.data.profile.profile import profile
from mlops_assets.data.profile.report import evidently_report
from mlops_assets.data.training_tables import RawData
from mlops_assets.evaluation.figures.gates import gates as drawn_gates
from mlops_assets.evaluation.figures.importances import importances as drawn_importances
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.features.columns import typed_features
from mlops_assets.features.dataset_version import dataset_version
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.model_card import model_card
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import (
    HOLDOUT,
    build_feature_table,
    dataset_of,
    sides,
    target_summary,
)


def main(defs: Path, folder: Path) -> None:
    """Retrain the model that `defs` describes, recorded as one MLflow run."""
    spec = LifecycleSpec.model_validate(yaml.safe_load(defs.read_text())["attributes"])
    with step("set up MLflow"):
        mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
        mlflow.create_experiment(spec.experiment, (folder / "artifacts").as_uri())
        mlflow.set_experiment(spec.experiment)
    with mlflow.start_run(run_name=spec.name) as run:
        raw = read(spec)
        show(raw.table, spec, folder)
        table = split(raw.table, spec)
        model, trained = fit(table, raw.dataset_version, spec, run.info.run_id)
        evaluation = assess(model, table, trained, spec)
        register(evaluation, spec)


def read(spec):
    """The raw rows, checked."""
    with step("raw_data"):
        raw = spec.source.read(Settings.from_environment())
        version = dataset_version(raw)
        mlflow.set_tags({"dataset_version": version, "model": spec.name})
        mlflow.log_params({"source": spec.source.type, "origin": spec.source.origin})
        mlflow.log_metrics({"rows": len(raw), "columns": raw.shape[1]})
        mlflow.log_dict({str(k): str(v) for k, v in raw.dtypes.items()}, "schema.json")
    with step("raw_data_checks"):
        require(raw_claims(raw, spec, minimum_rows=spec.minimum_rows, personal=spec.personal_data))
    return RawData(table=raw, dataset_version=version)


def show(raw, spec, folder):
    """The profile of the raw rows: figures, plots, Evidently's report."""
    with step("data_profile"):
        typed = typed_features(raw, spec.columns)
        counted = CountedTable.of_frame(raw, spec.columns, spec.target)
        mlflow.log_metrics(profile(counted))
        mlflow.log_text(column_table(counted).to_markdown(index=False), "columns.md")
        mlflow.log_figure(profile_figures.histograms(typed, spec.columns), "histograms.png")
        heatmap = profile_figures.correlation_heatmap(typed, spec.columns.numeric)
        mlflow.log_figure(heatmap, "correlations.png")
        evidently_report(raw, spec.columns, spec.target, folder / "profile.html")
        mlflow.log_artifact(str(folder / "profile.html"))
    with step("data_profile_checks"):
        for claim in warning_claims(counted, spec, spec.gates.data_bounds):
            if not claim.passed:
                print(f"    {claim.name}: {claim.observed}")


def split(raw, spec):
    """The typed table with its holdout, checked."""
    with step("features"):
        table = build_feature_table(raw, spec.dataset(raw), spec)
        held = int(table[HOLDOUT].sum())
        mlflow.log_params({"holdout": spec.split.holdout, "kind": spec.model.type})
        mlflow.log_metrics({"training_rows": len(table) - held, "holdout_rows": held})
        balance = target_summary(table, spec)
        mlflow.log_dict(balance.to_dict(), "target_balance.json")
    with step("features_checks"):
        require(split_claims(table, spec))
    return table


def fit(table, version, spec, run_id):
    """The fitted model, saved to MLflow, and the facts about it."""
    with step("trained_model"):
        train, _ = sides(table)
        rows = dataset_of(train, spec)
        prefixes = Settings.from_environment().allowed_prefixes
        model = spec.model.fit(rows, spec.task, seed=spec.seed, allowed_prefixes=prefixes)
        summary = model.summary()
        mlflow.log_params({**summary.params, **spec.library_versions})
        mlflow.log_metrics(summary.metrics)
        sample = rows.features.head(100)
        model_id = model.save(sample, run_id=run_id, model_name=spec.registered_name)
    return model, TrainedModel(
        model_id=model_id,
        run_id=run_id,
        fingerprint="",
        dataset_version=version,
        code_version=spec.code_version,
        reused=False,
    )


def assess(model, table, trained, spec):
    """Metrics with intervals, the verdict of the gates, importances and plots."""
    with step("evaluation"):
        train, holdout = sides(table)
        rows = dataset_of(holdout, spec)
        predictions = model.predict(rows.features)
        metrics = spec.task.metrics(rows, predictions, seed=spec.seed)
        for name, m in metrics.items():
            mlflow.log_metrics({name: m.value, f"{name}_low": m.low, f"{name}_high": m.high})
        gates = tuple(judge(spec.gates, metrics, NoChampion(), task=spec.task))
        about = trained.model_dump(include={"model_id", "dataset_version", "code_version"})
        verdict = Verdict(gates=gates, **about)
        mlflow.log_text(verdict.model_dump_json(indent=2), "verdict.json")
        importances = model.importance(rows, seed=spec.seed)
        mlflow.log_text(json.dumps(importances.to_dict("records")), "importances.json")
        mlflow.log_figure(drawn_gates(gates), "gates.png")
        mlflow.log_figure(drawn_importances(importances), "importances.png")
        for name, figure in spec.task.figures(rows, predictions).items():
            mlflow.log_figure(figure, f"{name}.png")
    return Evaluation(
        trained_model=trained,
        metrics=metrics,
        verdict=verdict,
        holdout_rows=len(holdout),
        training_rows=len(train),
    )


def register(evaluation, spec):
    """A new version with its verdict and card; promoted if its gates passed."""
    with step("registered_version"):
        name, verdict = spec.registered_name, evaluation.verdict
        card = model_card(spec, evaluation, trained_through=date.today())
        mlflow.log_text(card, "model_card.md")
        mlflow.log_metric("gates_passed", float(verdict.passed))
        tags = {"dataset_version": verdict.dataset_version, "verdict": verdict.model_dump_json()}
        version = mlflow.register_model(evaluation.trained_model.uri, name, tags=tags).version
        client = mlflow.MlflowClient()
        client.update_model_version(name, version, description=card)
    with step("production_version"):
        if verdict.passed:
            client.set_registered_model_alias(name, "production", version)
        print(f"version {version}, roc_auc {evaluation.metrics['roc_auc'].value:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).resolve())
