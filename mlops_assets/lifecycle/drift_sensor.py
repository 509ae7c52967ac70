"""`<model>_drift_sensor`: request a retrain on drift or a performance drop, or roll back."""

from datetime import UTC, date, datetime
from functools import partial

import dagster as dg

from mlops_assets.alerts.alert import Alert
from mlops_assets.alerts.send import send
from mlops_assets.errors import InputError, logger, one_line
from mlops_assets.lifecycle.observation import observe
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.trained_model import fingerprint
from mlops_assets.platform.dagster.kept_instance import instance_of
from mlops_assets.platform.dagster.private import tick_log_only
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import explaining_store_failures
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.registry_writer import RegistryWriter
from mlops_assets.retraining.automatic_rollback import Probation, decide_rollback
from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.loop_state import LoopState
from mlops_assets.retraining.reading import already_learned, loop_mark, read_loop_state
from mlops_assets.retraining.state import RaiseAlert, Retrain, State
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG, WHY_TAG

LOG = logger(__name__)


def build(spec: LifecycleSpec) -> list[dg.SensorDefinition]:
    """The sensor of one model; drift and performance lead to one decision, hence one sensor."""

    @dg.sensor(
        name=f"{spec.name}_drift_sensor",
        job_name=f"{spec.name}_retrain",
        minimum_interval_seconds=spec.retrain.check_every,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts one retrain per episode of drift or degraded performance.",
        tags={"model": spec.name},
    )
    @explaining_store_failures
    def drift_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        settings, state = Settings.from_environment(), State.restore(context.cursor)
        instance = instance_of(context)
        seen = partial(observe, instance, spec.name)
        actor = f"sensor {spec.name}_drift_sensor"
        versions = registry_of(settings, spec, actor, observer=seen)
        registry = versions.of(spec.registered_name)
        digest = loop_mark(instance, registry, spec)
        if digest == state.seen:  # the same facts lead to the same decision
            return dg.SensorResult(skip_reason=state.said, cursor=context.cursor)
        tick_log_only(context.log)  # opens the log of the tick, which is two files, on S3 perhaps
        loop_state = read_loop_state(instance, registry, spec)
        if why := _roll_back(versions, loop_state, spec):
            context.log.warning(one_line(f"rolled back: {why}"))
            send(_alert(loop_state, "rolled_back", why, settings), settings, context.log)
            return dg.SensorResult(skip_reason=f"rolled back: {why}", cursor=context.cursor)
        known = instance, registry, spec, settings, partial(fingerprint, spec)
        learned = partial(already_learned, *known)
        state, action = decide(state, loop_state, datetime.now(UTC), spec.retrain, learned)
        outcome = f"{action.attempt} was requested" if isinstance(action, Retrain) else action.why
        cursor = state.model_copy(update={"seen": digest, "said": outcome}).model_dump_json()
        context.log.info(one_line(action.why))  # a tick without new facts has no log
        if isinstance(action, Retrain):
            return dg.SensorResult([_request(action)], cursor=cursor)
        if isinstance(action, RaiseAlert):
            send(_alert(loop_state, action.kind, action.why, settings), settings, context.log)
        return dg.SensorResult(skip_reason=action.why, cursor=cursor)

    return [drift_sensor]


def _request(action: Retrain) -> dg.RunRequest:
    tags = {AS_OF_TAG: str(action.attempt.day), WHY_TAG: action.why}
    return dg.RunRequest(run_key=action.run_key, tags={**action.attempt.tags, **tags})


def _roll_back(versions: RegistryWriter, loop_state: LoopState, spec: LifecycleSpec) -> str:
    """Roll back if the policy asks for it; return the reason, or "" without a rollback."""
    if not spec.rollback.on_performance_drop or loop_state.performance != "dropped":
        return ""
    probation = Probation(
        version=loop_state.production_version,
        in_production_since=loop_state.in_production_since,
        previous=_previous(versions.of(spec.registered_name), loop_state.production_version),
        performance=loop_state.performance,
        judged=loop_state.performance_day,
    )
    if why := decide_rollback(spec.rollback, probation):
        try:
            versions.rollback_model(
                spec.registered_name,
                reason=why,
                since=loop_state.newest,
                expected=loop_state.production_version,
            )
        except InputError as refused:  # e.g. the previous version was forced; a retrain may help
            LOG.warning("%s could not be rolled back: %s", loop_state.model, refused)
            return ""
    return why


def _previous(model: RegisteredModel, version: str) -> str:
    try:
        return model.previous(version)
    except InputError:  # the first version has no predecessor
        return ""


def _alert(loop_state: LoopState, kind: str, why: str, settings: Settings) -> Alert:
    return Alert(
        model=loop_state.model,
        kind=kind,
        text=why,
        link=f"{settings.dagster_ui}/locations/mlops_assets/asset-groups/{loop_state.model}/lineage",
        day=loop_state.newest if loop_state.days else date.today(),
    )
