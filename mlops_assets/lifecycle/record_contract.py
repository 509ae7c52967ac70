"""The contract of `record:` in defs.yaml: what training and evaluation must have logged."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.features.columns import nearest
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.spec.record import Record

if TYPE_CHECKING:
    from mlflow import MlflowClient


def require_record(record: Record, run: Recording, trained: TrainedModel) -> None:
    """Raise `InputError` for the first thing that is lacking; `run` is that of the evaluation.

    The training is the run that logged the model, which may be an earlier one.
    """
    if not (record.params or record.metrics or record.artifacts):
        return
    run.flush()
    model = run.client.get_logged_model(trained.model_id)
    training = run.client.get_run(model.source_run_id or trained.run_id).data
    found = {
        "params": {*training.params},
        "metrics": {*training.metrics, *run.client.get_run(run.run_id).data.metrics},
        "artifacts": set(_artifacts(run, trained.model_id, model.source_run_id or trained.run_id)),
    }
    for what, names in found.items():
        asked = getattr(record, what)
        lacking = [name for name in asked if name.rstrip("/") not in names]
        if lacking:
            raise InputError(
                seen=f"`record` asks for the {what} {lacking}, and the training and evaluation "
                f"logged {sorted(names)}{nearest(lacking[0], sorted(names))}",
                expected=f"all {what} of `record`",
                todo="let the model or a pack log them, or correct `record` in defs.yaml",
            )


def _artifacts(run: Recording, model_id: str, training: str) -> Iterator[str]:
    """The paths of files and folders of both runs and of the model, also by their last part."""
    own = [path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*")]
    for path in [*own, *_of_run(run.client, training), *_of_model(run.client, model_id)]:
        yield path
        yield path.rpartition("/")[2]


def _of_run(client: "MlflowClient", run_id: str, folder: str | None = None) -> Iterator[str]:
    for it in client.list_artifacts(run_id, folder):
        yield it.path
        if it.is_dir:
            yield from _of_run(client, run_id, it.path)


def _of_model(client: "MlflowClient", model_id: str, folder: str | None = None) -> Iterator[str]:
    for it in client.list_logged_model_artifacts(model_id, folder):
        yield it.path
        if it.is_dir:
            yield from _of_model(client, model_id, it.path)
