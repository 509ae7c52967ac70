"""Load a version for serving: verify it, compare its fast path, and keep its copy here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.evaluation.shapley.explainer import Explainer, background_of
from mlops_assets.features.labels import class_name
from mlops_assets.kinds.base import MatchesTexts, Model
from mlops_assets.kinds.loading import kind_of, load_by
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import (
    FOLDER,
    SAMPLE,
    SCHEMA,
    load_input_schema,
)
from mlops_assets.registry.policies.serving import policy_version_of
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.serving.admission import admitted
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.drawing import drawing
from mlops_assets.serving.frame_rows import FrameRows, frame_of
from mlops_assets.serving.made_rows import made_rows
from mlops_assets.serving.row_type import row_type, rows_type
from mlops_assets.serving.sampled_rows import sampled_rows, with_texts
from mlops_assets.serving.served_model import ServedModel, Version
from mlops_assets.serving.unusual import unusual
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    from mlflow import MlflowClient


def load_version(
    client: MlflowClient, spec: LifecycleSpec, version: Version, copies: Copies
) -> ServedModel:
    """Load a version, from MLflow if it is not here, and keep its copy once it predicts.

    Raises `InputError` if its files are damaged, or it cannot predict rows made for it.
    """
    uri = f"models:/{version.model_id}"
    files = copies.models.get(version.model_id)
    facts = {
        "number": version.number,
        "model_id": version.model_id,
        "kind": kind_of(uri, spec.model.type),
        "trained_by_run": client.get_logged_model(version.model_id).source_run_id,
    }
    if not (files / FOLDER / SCHEMA).exists():  # a version of release 0.1
        schema = load_input_schema(client, version.model_id, spec)
        facts["schema"] = schema.model_dump_json()
    served = _served(files, facts, spec, version)
    copies.keep(version.number, facts)
    return served


def named(served: ServedModel, spec: LifecycleSpec, policies: PolicyStore) -> ServedModel:
    """The same as the policy version that it is, if the model is a policy.

    Raises `InputError` if no policy version names it.
    """
    if spec.policy is None:
        return served
    row = policy_version_of(policies, spec, served.version.number)
    return replace(served, policy_version_id=str(row))


def load_copy(spec: LifecycleSpec, copies: Copies) -> ServedModel:
    """Load the last good copy on this machine. Raises `InputError` if there is none."""
    files, facts = copies.newest()
    version = Version(str(facts["number"]), "local", str(facts["model_id"]))
    return _served(files, facts, spec, version)


def _served(
    files: Path, facts: dict[str, Any], spec: LifecycleSpec, version: Version
) -> ServedModel:
    model = load_by(facts["kind"], str(files), f"version {version.number}")
    schema = _schema(files, facts)
    itself = FrameRows(model, schema.columns())
    try:
        sampled = sampled_rows(files / FOLDER / SAMPLE, schema)
        ways = admitted(model, itself, schema, sampled)
        classes = itself.classes(made_rows(schema, {})[:1])
    except Exception as error:  # a model of any kind may raise anything
        raise InputError(
            seen=f"version {version.number} fails on rows made for it: {type(error).__name__}",
            expected="a model that predicts rows with missing and unseen values",
            todo=f"look at {spec.model.type}'s `predict`, and retrain or roll back",
        ) from error
    is_explained = spec.is_supervised and bool(sampled)
    unit = (spec.serving.experiment and spec.serving.experiment.unit) or ""
    features = tuple(field.name for field in schema.fields)
    draws = drawing(spec, classes)
    chosen = draws.columns if draws else ()
    context = tuple(it for it in spec.context_columns.names if it not in (*features, *chosen))
    row = row_type(schema, spec.name, [*spec.identity, *context, *filter(None, [unit])])
    unlogged = frozenset([*spec.personal_data.columns, *filter(None, [unit])])
    return ServedModel(
        name=spec.name,
        version=version,
        schema=schema,
        row=row,
        rows=rows_type(row),
        single=ways.single,
        batch=ways.batch,
        path=ways.why,
        positive=_positive(classes, spec),
        features=features,
        personal=unlogged,
        context=tuple(it for it in context if it not in unlogged),
        identity=tuple(spec.identity),
        serving=spec.serving,
        unusual=unusual(schema),
        loaded_at=datetime.now(UTC),
        facts=facts,
        make_explainer=partial(_explainer, model, spec, schema, sampled) if is_explained else None,
        drawing=draws,
    )


def _explainer(
    model: Model,
    spec: LifecycleSpec,
    schema: InputSchema,
    sampled: Sequence[Mapping[str, Any]],
) -> Explainer:
    """Compares rows with those of the version's sample, which has no texts: with empty ones.

    A model that matches texts has features of training pairs to compare with.
    """
    texts = {field.name: "" for field in schema.fields if field.role == "text"}
    rows = frame_of(with_texts(sampled, [texts]), schema.columns())
    pairs = isinstance(model, MatchesTexts)
    background = model.pair_background(rows) if pairs else background_of(model, rows)
    return Explainer(model, background, positive=spec.positive, seed=spec.seed)


def _schema(files: Path, facts: dict[str, Any]) -> InputSchema:
    text = facts.get("schema") or (files / FOLDER / SCHEMA).read_bytes()
    return InputSchema.model_validate_json(text)


def _positive(classes: list[str], spec: LifecycleSpec) -> int:
    """The place of the positive class: by default the last, as in evaluation."""
    label = "" if spec.positive is None else class_name(spec.positive)
    return classes.index(label) if label in classes else len(classes) - 1
