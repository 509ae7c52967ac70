"""How an evaluation is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.evaluation.earlier import GATES, RECORD, TAG, VERDICT, Earlier
from mlops_assets.evaluation.packs.names import PAGE, SHOWN, is_page
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.tables import gate_table, metric_table, slice_table
from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.mlflow.result import Markdown, Picture, Result
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
    inputs: str = ""
    """The hash of what it is made of; empty if it is for no later evaluation."""
    earlier: Earlier | None = None
    """Where `packs` were found, if an evaluation of the same inputs is taken over."""

    def tags(self) -> dict[str, str]:
        """The data, the model and the verdict."""
        return {
            "dataset_version": self.record.trained_model.dataset_version,
            "model_id": self.record.trained_model.model_id,
            "gates_passed": str(self.record.verdict.passed).lower(),
            **({TAG: self.inputs} if self.inputs else {}),
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
            VERDICT: self.record.verdict.model_dump_json(indent=2),
            RECORD: self.record.model_dump_json(indent=2, exclude={"verdict"}),
        }

    def documents(self) -> dict[str, Any]:
        """Those of all packs that are no pages."""
        return {name: made() for name, made in self._documents() if not is_page(name)}

    def pages(self) -> dict[str, str]:
        """The pages of all packs, by name without `.html`."""
        return {
            name.removesuffix(PAGE): made() for name, made in self._documents() if is_page(name)
        }

    def _documents(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        for pack in self.packs.values():
            yield from pack.documents.items()

    def panel(self) -> dict[str, Any]:
        """The verdict, the metrics, the worst slices, and what the packs show."""
        record, shown = self.record, {it: result.panel() for it, result in self.packs.items()}
        own = {name for it in shown if shown[it] for name in self.packs[it].metrics}
        listed = {name: it for name, it in record.metrics.items() if name not in own}
        return {
            "verdict": Markdown(gate_table(record.verdict)),
            "metrics": Markdown(metric_table(listed, self.units)),
            "worst_slices": Markdown(slice_table(record.slices, self.units)),
            **self._panels(shown),
            **self._series(),
        }

    def _panels(self, shown: Mapping[str, Mapping[str, str]]) -> dict[str, Markdown]:
        found: dict[str, Markdown] = {}
        owners = dict.fromkeys([*SHOWN, *self.record.metrics], "evaluation")
        for pack, texts in shown.items():
            for name, text in texts.items():
                _require_own(name, pack, owners.setdefault(name, pack), "table")
                found[name] = Markdown(text)
        return found

    def _series(self) -> dict[str, float]:
        """What Dagster plots over retrains: the metric by which versions are compared."""
        asked = Gates.model_validate_json(self.record.verdict.asked or "{}")
        name = asked.beats_production.metric or headline(self.record.metrics) or ""
        found = self.record.metrics.get(name)
        return {name: found.value} if found else {}

    def figures(self) -> Iterator[tuple[str, Figure | Picture]]:
        """The gates, then the figures of all packs. Raises `InputError` if two have one name."""
        judged = self.record.verdict.gates
        yield GATES, (self.earlier and self.earlier.gates(judged)) or _drawn(judged)
        yield from self.earlier.figures() if self.earlier else self._figures()

    def _figures(self) -> Iterator[tuple[str, Figure]]:
        from mlops_assets.figures.style import name_units

        drawn = {GATES: "evaluation"}
        for pack, result in self.packs.items():
            for name, figure in result.draw().items():
                _require_own(name, pack, drawn.setdefault(name, pack), "figure")
                yield name, name_units(figure, self.units)


def _drawn(judged: Sequence[GateResult]) -> Figure:
    from mlops_assets.evaluation.figures.gates import gates

    return gates(judged)


def _require_own(name: str, pack: str, owner: str, what: str) -> None:
    if owner != pack:
        raise InputError(
            seen=f"{owner} and the pack {pack} both have the {what} {name!r}",
            expected=f"{what}s with a name of their own",
            todo=f"leave {pack} out of `packs`, or correct its package",
        )
