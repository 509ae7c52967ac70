"""What an earlier evaluation of the same inputs found, read back from MLflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.expected_day import ExpectedDay
from mlops_assets.evaluation.packs.names import is_page
from mlops_assets.evaluation.verdict import GateResult, Verdict
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.mlflow.result import TAKEN_FROM, Picture
from mlops_assets.platform.mlflow.run_files import all_artifacts
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

GATES = "gates"
FILE, VERDICT, RECORD = "packs.json", "verdict.json", "evaluation.json"
TAG = "evaluation_inputs"


class FoundByPack(BaseModel):
    """What a pack found, without its figures; documents are files of the run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metrics: dict[str, Metric]
    documents: tuple[str, ...]
    panel: dict[str, str]

    def result(self, files: Mapping[str, bytes]) -> PackResult:
        """As the pack gave it, without figures."""
        documents = {name: partial(_content, name, files[name]) for name in self.documents}
        return PackResult(self.metrics, documents=documents, panel=lambda: self.panel)


class FoundByPacks(BaseModel):
    """What all packs found, by their types; the figures are files of the run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    packs: dict[str, FoundByPack]
    figures: tuple[str, ...] = Field(description="In the order in which they are shown.")

    @property
    def files(self) -> set[str]:
        """The names of the files that are needed with it."""
        documents = {name for it in self.packs.values() for name in it.documents}
        return documents | {f"{name}.png" for name in self.figures}


@dataclass(frozen=True)
class Earlier:
    """What packs found in the run `run_id`, how gates were judged and drawn there, and the day."""

    run_id: str
    packs: Mapping[str, PackResult]
    pictures: Mapping[str, Picture]
    judged: tuple[GateResult, ...]
    expected_day: ExpectedDay | None

    def figures(self) -> Iterator[tuple[str, Picture]]:
        """The figures of the packs."""
        yield from ((name, it) for name, it in self.pictures.items() if name != GATES)

    def gates(self, judged: tuple[GateResult, ...]) -> Picture | None:
        """The figure of the gates, if they are judged now as they were then."""
        return self.pictures.get(GATES) if judged == self.judged else None


def found(packs: Mapping[str, PackResult], figures: tuple[str, ...]) -> dict[str, Any]:
    """What is stored of packs for evaluations to come, as JSON values."""
    kept = {
        name: FoundByPack(
            metrics={**it.metrics}, documents=tuple(it.documents), panel={**it.panel()}
        )
        for name, it in packs.items()
    }
    return FoundByPacks(packs=kept, figures=figures).model_dump(mode="json")


def earlier_of(client: MlflowClient, run: Run) -> Earlier | None:
    """What that run stored; None if some of its files are gone."""
    files = all_artifacts(client, run.info.run_id)
    if not {FILE, VERDICT, RECORD} <= files.keys():
        return None
    kept = FoundByPacks.model_validate_json(files[FILE])
    if not kept.files <= files.keys():
        return None
    return Earlier(
        run_id=run.data.tags.get(TAKEN_FROM, run.info.run_id),
        packs={name: it.result(files) for name, it in kept.packs.items()},
        pictures={name: Picture(files[f"{name}.png"]) for name in kept.figures},
        judged=Verdict.model_validate_json(files[VERDICT]).gates,
        expected_day=_expected_day(files[RECORD]),
    )


def _expected_day(record: bytes) -> ExpectedDay | None:
    stored = json.loads(record)["expected_day"]
    return ExpectedDay.model_validate(stored) if stored else None


def _content(name: str, stored: bytes) -> Any:
    return stored.decode() if is_page(name) else json.loads(stored)
