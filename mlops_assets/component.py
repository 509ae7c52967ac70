"""ModelLifecycle: the component that turns one YAML file into a model's asset graph."""

from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
from pydantic import BaseModel

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.registry import check_packs
from mlops_assets.lifecycle import (
    data_profile,
    drift_report,
    drift_sensor,
    evaluation,
    experiment_report,
    features,
    jobs,
    live_data,
    performance_report,
    policy_version,
    predictions,
    production_version,
    raw_data,
    registered_version,
    schedules,
    served_version,
    trained_model,
)
from mlops_assets.lifecycle.asset import declared_in
from mlops_assets.platform.dagster.private import (
    YamlDecl,
    enrich_validation_errors_with_source_position,
)
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.yaml_templates import refused_in

TRAINING = (
    raw_data,
    data_profile,
    features,
    trained_model,
    evaluation,
    registered_version,
    production_version,
)
DAILY = (live_data, predictions, drift_report, performance_report, experiment_report)
ASSETS = (*TRAINING, *DAILY)


class ModelLifecycle(dg.Component):
    """The lifecycle of a model: data, checks, features, training, registry and monitoring.

    `attributes` are the fields of `LifecycleSpec`. Every model has the same assets; only one whose
    source has no days lacks the daily ones, with their job, schedule and sensor, which could do
    nothing but fail, only one with `serving` has `served_version`, only one that is reviewed has
    `review`, and only one with `policy` has `policy_version`. Other attributes change numbers and
    names.
    """

    def __init__(self, spec: LifecycleSpec) -> None:
        self.spec = spec

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """The schema of `attributes`."""
        return LifecycleSpec

    @classmethod
    def load(
        cls, attributes: BaseModel | None, context: dg.ComponentLoadContext
    ) -> "ModelLifecycle":
        """Build the component of one defs.yaml, resolving templates like `{{ env.NAME }}`."""
        if attributes is None:
            raise InputError(
                seen=f"{context.path / 'defs.yaml'}:1: no `attributes`",
                expected="the model's settings under `attributes:`",
                todo="add at least `name`, `source`, `target`, `columns` and `model`",
            )
        given = attributes.model_dump(exclude_unset=True)
        return cls(filled_in(given, context.resolution_context.at_path("attributes")))

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Build the assets and checks of the graph, its jobs, and their schedules and sensors."""
        daily = self.spec.is_monitored
        with declared_in(*_place(context)):
            built = [item for asset in assets_of(self.spec) for item in asset.build(self.spec)]
            if self.spec.is_served:
                built += served_version.build(self.spec)
        assets = [item for item in built if not isinstance(item, dg.AssetChecksDefinition)]
        checks = [item for item in built if isinstance(item, dg.AssetChecksDefinition)]
        return dg.Definitions(
            assets=assets,
            asset_checks=checks,
            jobs=jobs.build(self.spec),
            schedules=schedules.build(self.spec),
            sensors=[
                *(drift_sensor.build(self.spec) if daily else []),
            ],
        )


def _place(context: dg.ComponentLoadContext) -> tuple[Path, int]:
    """The file and line of the component that is built."""
    decl = context.component_decl
    if not isinstance(decl, YamlDecl) or decl.source_tree is None:
        return context.path, 1
    position = decl.source_tree.source_position_tree.position
    return Path(position.filename), position.start.line


def assets_of(spec: LifecycleSpec) -> tuple[ModuleType, ...]:
    """The modules whose `build` gives the assets that jobs of the model materialize."""
    named = (policy_version,) if spec.policy else ()
    return (*TRAINING, *named, *_review(spec), *(DAILY if spec.is_monitored else ()))


def _review(spec: LifecycleSpec) -> tuple[ModuleType, ...]:
    """The asset `review`, whose modules only a model that is reviewed loads."""
    if not spec.is_reviewed:
        return ()
    from mlops_assets.lifecycle import review

    return (review,)


def filled_in(given: Any, context: dg.ResolutionContext) -> LifecycleSpec:
    """Build the spec from a file's attributes, templates resolved; `context` is at their path."""
    values, tree = _filled(given, context), context.source_position_tree
    if tree is None or "attributes" not in tree.children:
        return _checked(values)
    with enrich_validation_errors_with_source_position(tree.children["attributes"], ["attributes"]):
        return _checked(values)


def _checked(values: Any) -> LifecycleSpec:
    spec = LifecycleSpec.model_validate(values)
    check_packs(spec)  # raises like a mistake in any other field
    return spec


def _filled(value: Any, context: dg.ResolutionContext) -> Any:
    # Dagster would treat every string as a template, and turn a column named "1" into a number.
    if isinstance(value, dict):
        return {key: _filled(item, context.at_path(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, context.at_path(place)) for place, item in enumerate(value)]
    if isinstance(value, str) and "{{" in value:
        if refused := refused_in(value):
            raise _unsafe(refused, context)
        return context.resolve_value(value, as_type=str)
    return value


def _unsafe(refused: str, context: dg.ResolutionContext) -> InputError:
    """Templates of Jinja can run any code: this one is not filled in."""
    place, tree = "", context.source_position_tree
    if tree is not None:
        found = tree.source_error(context.path, inline_error_message="", value_error=True)
        place = f"{found.file_name}:{found.start_line_no}: "
    return InputError(
        seen=f"{place}a template with {refused}",
        expected="text, or a template such as {{ env.NAME }}",
        todo="write the value itself, or name a variable of the environment",
    )
