"""How an evaluation is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.names import SHOWN
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.tables import gate_table, metric_table, slice_table
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.spec.gates import Gates
from mlops_assets.tasks.registry import headline

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class EvaluationResult(Result):
    """An evaluation, with what its packs found, by their types."""

    record: Evaluation
    packs: Mapping[str, PackResult]
    units: Mapping[str, str] = field(default_factory=dict)
    """The unit of the target, by the metrics and axes that have it."""

    def tags(self) -> dict[str, str]:
        """The data, the model and the verdict."""
        return {
            "dataset_version": self.record.trained_model.dataset_version,
            "model_id": self.record.trained_model.model_id,
            "gates_passed": str(self.record.verdict.passed).lower(),
        }

    def params(self) -> dict[str, int]:
        """Rows on each side of the split."""
        return {
            "holdout_rows": self.record.holdout_rows,
            "training_rows": self.record.training_rows,
        }

    def metrics(self) -> dict[str, float]:
        """Each metric with the ends of its interval, `_low` and `_high`."""
        found = {}
        for name, it in self.record.metrics.items():
            found |= {name: it.value, f"{name}_low": it.low, f"{name}_high": it.high}
        return found

    def files(self) -> dict[str, str]:
        """The verdict, and the rest of the evaluation."""
        return {
            "verdict.json": self.record.verdict.model_dump_json(indent=2),
            "evaluation.json": self.record.model_dump_json(indent=2, exclude={"verdict"}),
        }

    def documents(self) -> dict[str, Any]:
        """Those of all packs."""
        packs = self.packs.values()
        return {name: made() for pack in packs for name, made in pack.documents.items()}

    def panel(self) -> dict[str, Any]:
        """The verdict, the metrics and the worst slices."""
        record = self.record
        return {
            "verdict": Markdown(gate_table(record.verdict)),
            "metrics": Markdown(metric_table(record.metrics, self.units)),
            "worst_slices": Markdown(slice_table(record.slices, self.units)),
            **self._series(),
            **self._tables(),
        }

    def _tables(self) -> dict[str, Markdown]:
        found: dict[str, Markdown] = {}
        shown = dict.fromkeys([*SHOWN, *self.record.metrics], "evaluation")
        for pack, result in self.packs.items():
            for name, text in result.tables().items():
                _require_own(name, pack, shown.setdefault(name, pack), "table")
                found[name] = Markdown(text)
        return found

    def _series(self) -> dict[str, float]:
        """What Dagster plots over retrains: the metric by which versions are compared."""
        asked = Gates.model_validate_json(self.record.verdict.asked or "{}")
        name = asked.beats_production.metric or headline(self.record.metrics) or ""
        found = self.record.metrics.get(name)
        return {name: found.value} if found else {}

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The gates, then the figures of all packs. Raises `InputError` if two have one name."""
        from mlops_assets.evaluation.figures.gates import gates
        from mlops_assets.figures.style import name_units

        yield "gates", gates(self.record.verdict.gates)
        drawn = {"gates": "evaluation"}
        for pack, result in self.packs.items():
            for name, figure in result.draw().items():
                _require_own(name, pack, drawn.setdefault(name, pack), "figure")
                yield name, name_units(figure, self.units)


def _require_own(name: str, pack: str, owner: str, what: str) -> None:
    if owner != pack:
        raise InputError(
            seen=f"{owner} and the pack {pack} both have the {what} {name!r}",
            expected=f"{what}s with a name of their own",
            todo=f"leave {pack} out of `packs`, or correct its package",
        )
