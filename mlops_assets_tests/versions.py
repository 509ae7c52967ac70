"""Evaluated models without a fit: real runs and logged models in MLflow, with a verdict."""

from datetime import date
from pathlib import Path

from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.evaluation.verdict import GateResult, Verdict
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.gates import Gates

DAY = date(2026, 1, 5)
GATES = Gates.model_validate({"roc_auc": {"min": 0.8}})


def evaluated(
    registry: RegisteredModel, fingerprint: str, *, passed: bool = True, gates: Gates = GATES
) -> Evaluation:
    """What the asset `evaluation` would hand on for a model of that fingerprint."""
    client = registry.client
    found = client.get_experiment_by_name(registry.name)
    experiment = found.experiment_id if found else _experiment(registry)
    run = client.create_run(experiment)
    model = client.create_logged_model(experiment, source_run_id=run.info.run_id)
    trained = TrainedModel(
        model_id=model.model_id,
        run_id=run.info.run_id,
        fingerprint=fingerprint,
        dataset_version="d",
        code_version="c",
        reused=False,
    )
    verdict = verdict_of(model.model_id, passed=passed, gates=gates)
    return Evaluation(
        trained_model=trained, metrics={}, verdict=verdict, holdout_rows=1, training_rows=1
    )


def _experiment(registry: RegisteredModel) -> str:
    """A new one; the files of an embedded store lie beside it, not in the working directory."""
    store = registry.client.tracking_uri
    location = None
    if store.startswith("sqlite:///"):
        location = Path(store.removeprefix("sqlite:///")).with_name("artifacts").as_uri()
    return registry.client.create_experiment(registry.name, artifact_location=location)


def verdict_of(model_id: str, *, passed: bool = True, gates: Gates = GATES) -> Verdict:
    """A verdict of one gate that passed, or did not."""
    gate = GateResult(gate="roc_auc", bound=">= 0.8", value=0.7, passed=passed, reason="said so")
    asked = gates.model_dump_json()
    return Verdict(
        gates=(gate,), model_id=model_id, dataset_version="d", code_version="c", asked=asked
    )


def registered(registry: RegisteredModel, fingerprint: str, *, passed: bool = True) -> str:
    """The number of a new version, staged or rejected by its verdict."""
    made = evaluated(registry, fingerprint, passed=passed)
    return str(registry.register(made, description="card", trained_through=DAY).version)


def promoted(registry: RegisteredModel, *fingerprints: str) -> list[str]:
    """The numbers of new versions, each promoted after the one before."""
    numbers = []
    for fingerprint in fingerprints:
        numbers.append(registered(registry, fingerprint))
        registry.promote(numbers[-1], why=f"{fingerprint} is better", gates=GATES, since=DAY)
    return numbers
