"""Propose split, gates and estimator for a new model, and render its defs.yaml."""

from __future__ import annotations

from functools import partial
from math import sqrt
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Columns
from mlops_assets.spec.gates import MINIMUM_ROWS, rows_needed
from mlops_assets.spec.proposed_watch import COMMENT
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.registry import TaskField

if TYPE_CHECKING:
    import pandas as pd

COMPONENT = "mlops_assets.component.ModelLifecycle"
SMALL_TABLE = 1_000
FEWEST_ROWS = 50  # the default of minimum_rows in defs.yaml
USUAL_RESOLUTION, COARSEST_RESOLUTION = 10, 50  # in hundredths
TOLERANCE = 0.02
HEADER = "Proposed from {rows:,} rows by `mlops-assets new`. Change any line as you see fit."
COMMENTS = {
    "positive": "The positive class: the label that counts as yes.",
    "timestamp": "The time of a row: it tells the days of live data apart, and whole days are held "
    "out.",
    "identity": "Identifies a row. It decides for good whether the row is used for training or "
    "held out.",
    "split": "The share of rows held out to evaluate each version.",
    "gates": "A version is promoted only if it passes all of these on the held-out rows. `min` is "
    "the value to reach; `resolution`, if given, is the precision required of the holdout; "
    "`tolerance` is how much worse than the production version it may be.",
    "promotion": "manual: someone approves each version by materializing production_version.",
}

JOINED = "Identifies a row: its label is joined on it."
TIMESTAMP = (
    "If one of these is the time of a row, run `mlops-assets new` again with --timestamp and its "
    "name, which writes the daily loop; or remove its # here:"
)


class Proposal(BaseModel):
    """What `mlops-assets new` writes to defs.yaml and reports about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    target: str
    task: TaskField
    positive: str | int | None = Field(None, description="The positive one of two labels.")
    identity: list[str] = Field(
        default_factory=list, description="The column that identifies a row."
    )
    source: dict[str, Any]
    timestamp: str = Field(
        default="", description="The column with the time of a row; empty without."
    )
    timestamps: list[str] = Field(
        default_factory=list, description="Date columns that may be the time of a row."
    )
    no_loop: str = Field(
        default="", description="Why there is no daily monitoring; empty if there is."
    )
    loop: dict[str, Any] = Field(
        default_factory=dict, description="Keys of defs.yaml about days and schedules."
    )
    loop_comments: dict[str, str] = Field(default_factory=dict, description="Comment by key.")
    watch: dict[str, Any] = Field(
        default_factory=dict, description="How the drift of columns that move by nature is judged."
    )
    columns: Columns
    left_out: dict[str, str] = Field(default_factory=dict, description="Reason by column.")
    missing: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="Words taken for missing, with their rows, by column."
    )
    rows: int = Field(description="Rows with a target value.")
    holdout: float
    gates: dict[str, dict[str, Any]]
    counted: int = Field(
        default=0, description="Fewest held-out rows to expect for the first gate."
    )
    estimator: str
    params: dict[str, Any]
    search: dict[str, Any] | None = Field(default=None, description="`search` of the model.")
    tried: dict[str, str] = Field(
        default_factory=dict, description="What each estimator reached in cross-validation."
    )
    measured: str = Field(
        default="", description="What the first gate is set from; empty if a default."
    )
    warnings: list[str] = Field(default_factory=list, description="Problems to look at first.")
    questions: list[str] = Field(default_factory=list, description="What only the user knows.")

    @property
    def description(self) -> str:
        """The model's description, in one sentence."""
        count = len(self.columns.names)
        return f"Predicts {self.target} from {count} column{'s' if count > 1 else ''}."

    @property
    def gate_words(self) -> list[str]:
        """The gates with a bound, such as `roc_auc >= 0.81`."""
        return [f"{name} >= {it['min']:g}" for name, it in self.gates.items() if "min" in it]

    def attributes(self) -> dict[str, Any]:
        """The `attributes` of defs.yaml, in the order they are written."""
        roles = {role: names for role, names in self.columns.model_dump().items() if names}
        model = {"type": "sklearn", "estimator": self.estimator, "params": self.params}
        model |= {"search": self.search} if self.search else {}
        return {
            "name": self.name,
            "description": self.description,
            "target": self.target,
            "task": self.task.name,
            **({} if self.positive is None else {"positive": self.positive}),
            **({"identity": self.identity} if self.identity else {}),
            **({"timestamp": self.timestamp} if self.timestamp else {}),
            "source": self.source,
            "columns": roles,
            "split": {"holdout": self.holdout},
            "model": model,
            "gates": self.gates,
            "promotion": "automatic",
            **self.loop,
            **({"drift": self.watch} if self.watch else {}),
        }


def holdout_share(rows: int) -> float:
    """The share to hold out: more of a small table, so that its gates have enough rows."""
    return 0.3 if rows < SMALL_TABLE else 0.2


def held_out_rows(rows: int, share: float) -> int:
    """The fewest rows to expect in the holdout: the split is by hash, so the number varies.

    Two standard deviations below the mean of the binomial distribution: 39 of 40 splits have more.
    """
    return max(int(rows * share - 2 * sqrt(rows * share * (1 - share))), 0)


def gates_for(
    ground_truth: pd.Series, task: Task, share: float, bound: float | None = None
) -> tuple[dict[str, dict], list[str]]:
    """Propose gates that a holdout of `share` of the rows can resolve, with warnings if too small.

    The bound is the starting gate of the task unless it is given.
    """
    metric, usual, counted = task.starting_gate(ground_truth, partial(held_out_rows, share=share))
    bound = usual if bound is None else bound
    gate = {"min": float(bound), **_resolution(metric, bound, counted)}
    champion = {"metric": metric, "tolerance": TOLERANCE}
    return {metric: gate, "beats_production": champion}, _too_small(len(ground_truth), counted)


def _resolution(metric: str, bound: float, counted: int) -> dict[str, float]:
    """The finest resolution that this many rows allow; empty if the usual one will do."""
    for hundredths in range(USUAL_RESOLUTION, COARSEST_RESOLUTION):
        if rows_needed(metric, bound, hundredths / 100) <= counted:
            return {} if hundredths == USUAL_RESOLUTION else {"resolution": hundredths / 100}
    return {} if metric == "r2" else {"resolution": COARSEST_RESOLUTION / 100}


def _too_small(rows: int, counted: int) -> list[str]:
    warnings = []
    if rows < FEWEST_ROWS:
        warnings.append(f"{rows} rows; a model needs {FEWEST_ROWS} unless minimum_rows is set")
    if counted < MINIMUM_ROWS:
        warnings.append(
            f"as few as {counted} held-out rows may count for the gates, and {MINIMUM_ROWS} are "
            "needed to compare two versions: add rows, especially of the rarer label"
        )
    return warnings


def render(proposal: Proposal) -> str:
    """Render defs.yaml, with comments on what was decided and why."""
    lines = _comment(HEADER.format(rows=proposal.rows))
    for warning in proposal.warnings:
        lines += _comment(f"Look at this first: {warning}.")
    for question in proposal.questions:
        lines += _comment(f"Question: {question}.")
    lines += [*_dumped("type", COMPONENT), "attributes:"]
    told = {**COMMENTS, **({"identity": JOINED} if proposal.timestamp else {})}
    told |= {"drift": COMMENT, **proposal.loop_comments, **_measured(proposal)}
    comments = {key: _comment(text) for key, text in told.items()}
    comments["source"] = _offered(proposal)
    comments["columns"] = _left_out(proposal.left_out)
    for key, value in proposal.attributes().items():
        lines += [f"  {line}" for line in (*comments.get(key, []), *_dumped(key, value))]
    return "\n".join(lines) + "\n"


def _left_out(reasons: dict[str, str]) -> list[str]:
    # repr, because a line break in a column name would end the comment.
    lines = [line for name, why in reasons.items() for line in _comment(f"- {name!r}: {why}")]
    title = _comment("Left out, with the reason; to use a column, add it to a role below:")
    return [*title, *lines] if lines else []


def _measured(proposal: Proposal) -> dict[str, str]:
    """Comments on the model and its gates, with what was measured."""
    if not proposal.measured:
        return {}
    tried = ", ".join(f"{name} {reached}" for name, reached in proposal.tried.items())
    gate = f"The first gate is the lower end of what was measured: {proposal.measured}."
    return {
        "model": f"The best of those tried: {tried}.",
        "gates": f"{COMMENTS['gates']} {gate}",
    }


def _offered(proposal: Proposal) -> list[str]:
    """Why there is no daily monitoring, and the timestamps as YAML that is commented out."""
    why = _comment(f"There is {proposal.no_loop}.") if proposal.no_loop else []
    title = _comment(TIMESTAMP)
    lines = [f"# {line}" for name in proposal.timestamps for line in _dumped("timestamp", name)]
    return [*why, *title, *lines] if lines else why


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, 92, break_long_words=False, break_on_hyphens=False)]


def _dumped(key: str, value: object) -> list[str]:
    """`key: value` as lines of YAML in block style, quoted where YAML needs it."""
    import yaml

    class Indented(yaml.SafeDumper):
        def increase_indent(self, flow=False, indentless=False):
            return super().increase_indent(flow, indentless=False)

    text = yaml.dump(
        {key: value},
        Dumper=Indented,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=10_000,
    )
    return text.split("\n")[:-1]
