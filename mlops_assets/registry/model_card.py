"""Render the model card of a version in Markdown, for the registry and the UI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.tables import gate_table, metric_table, slice_table
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.markdown import plain
from mlops_assets.registry.changes_since import ChangesSince

if TYPE_CHECKING:
    from mlops_assets.registry.ledger import Entry
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

HISTORY = "## Ledger"
TITLE = re.compile(r"^# ", re.MULTILINE)
NO_HISTORY = "No stage changes yet."
MOST = 5000
"""Maximum length of a description in MLflow, in characters; PostgreSQL rejects longer ones."""
LEDGER_ROOM = 1000
MOST_OF_GIT = 200
LINE = 200
SPACE = "&emsp;"
FIRST = ChangesSince()
CUT = "\n\n… cut here: MLflow keeps 5,000 characters of a card."
OLDER = "- … and more: `mlops-assets history` shows the whole ledger."


def model_card(
    spec: LifecycleSpec,
    evaluation: Evaluation,
    *,
    trained_through: date,
    pyfunc: bool = True,
    commit: Commit | None = None,
    changes: ChangesSince = FIRST,
) -> str:
    """Render purpose, use, data, metrics with intervals, gates, limits, changes and the ledger.

    `trained_through` is the newest day whose data it may have seen, `pyfunc` whether
    `mlflow.pyfunc` can load the model, `commit` what defs.yaml was at, `changes` what is different
    from the version before. What `card` in defs.yaml does not fill in is left out. The ledger comes
    last and is empty; `with_history` fills it in. A card too long for MLflow lists fewer features
    and, if that is not enough, truncates its longest sections; it says so.
    """
    features = [plain(name) for name in spec.columns.names]
    others = (trained_through, pyfunc, commit or Commit(), changes)
    texts = _sections(spec, evaluation, ", ".join(features), *others)
    if over := max(_over(spec, texts), 0):
        room = max(len(", ".join(features)) - over - len(_listed(features, 0)), 0)
        texts = _sections(spec, evaluation, _listed(features, room), *others)
    texts = _cut(texts, _over(spec, texts))
    return "\n\n".join([_title(spec), *texts, f"{HISTORY}\n\n{NO_HISTORY}"])


def _title(spec: LifecycleSpec) -> str:
    return f"# {plain(spec.registered_name)}"


def _over(spec: LifecycleSpec, texts: Sequence[str]) -> int:
    """By how many characters these sections are too long, with room left for the ledger."""
    return len("\n\n".join([_title(spec), *texts])) - (MOST - LEDGER_ROOM)


def _listed(names: Sequence[str], room: int) -> str:
    """List the names that fit into `room` characters, and how many more there are."""
    ends = accumulate(len(name) + 2 for name in names)
    kept = [name for name, end in zip(names, ends, strict=True) if end <= room]
    return f"{', '.join(kept)} … cut: {len(names) - len(kept)} more are in its signature".strip()


def _cut(texts: Sequence[str], over: int) -> list[str]:
    """Shorten the sections by `over` characters, at the ends of the longest."""
    texts = list(texts)
    for _ in texts:
        if over <= 0:
            break
        longest = max(range(len(texts)), key=lambda i: len(texts[i]))
        before = texts[longest]
        kept = max(len(before) - over - len(CUT), 100)
        texts[longest] = before[:kept] + CUT
        over -= len(before) - len(texts[longest])
    return texts


def _sections(
    spec: LifecycleSpec,
    evaluation: Evaluation,
    features: str,
    trained_through: date,
    pyfunc: bool,
    commit: Commit,
    changes: ChangesSince,
) -> list[str]:
    sections = {
        "Purpose": _purpose(spec, features),
        "Intended use": [spec.card.intended_use],
        "Ethical considerations": [spec.card.ethical_considerations],
        "Parameters": [spec.card.parameters],
        "Data": _data(spec, evaluation, trained_through, commit),
        "Metrics": [_spaced(metric_table(evaluation.metrics, spec.target_units))],
        "Gates": [_spaced(gate_table(evaluation.verdict))],
        "Worst slices": [_spaced(slice_table(evaluation.slices, spec.target_units))],
        "Limits": _limits(spec, evaluation, trained_through),
        f"Changes since version {changes.version}": changes.lines(),
        "Loading": _loading(spec, evaluation, pyfunc),
    }
    texts = {title: "\n".join(lines).strip() for title, lines in sections.items()}
    return [f"## {title}\n\n{text}" for title, text in texts.items() if text]


def _spaced(table: str) -> str:
    """The table with room between its columns, which MLflow's pages give it none of."""
    return table.replace(" | ", f"{SPACE} | ").replace(f"---{SPACE}", "---")


def with_sentence(card: str, sentence: str) -> str:
    """Begin the card with a sentence, in place of an earlier one; other texts stay unchanged."""
    title = TITLE.search(card)
    if title is None or HISTORY not in card:
        return card
    return f"{sentence}\n\n{card[title.start() :]}"


def with_history(card: str, entries: Iterable[Entry]) -> str:
    """Replace the card's last section, the ledger; a text without that section stays unchanged.

    Rows are newest first. If they are too long for MLflow, long rows are truncated and the oldest
    are left out; the card says so.
    """
    before, title, _ = card.rpartition(HISTORY)
    if not title:
        return card
    head = f"{before}{title}\n\n"
    lines = [f"- {plain(it.line())}" for it in entries]
    return head + (_fitting(lines, MOST - len(head)) or NO_HISTORY)


def _fitting(lines: Sequence[str], room: int) -> str:
    text = "\n".join(lines)
    if len(text) <= room:
        return text
    short = [line if len(line) <= LINE else f"{line[: LINE - 1]}…" for line in lines]
    ends = accumulate(len(line) + 1 for line in short)
    kept = [line for line, end in zip(short, ends, strict=True) if end <= room - len(OLDER)]
    return "\n".join([*kept, OLDER])


def _purpose(spec: LifecycleSpec, features: str) -> list[str]:
    return [
        spec.description or plain(f"{_task(spec).capitalize()}."),
        "",
        f"- Task: {plain(_task(spec))}, owner {plain(spec.owner)}",
        f"- Features: {features}",
    ]


def _task(spec: LifecycleSpec) -> str:
    return spec.task.words(spec.target)


def _data(
    spec: LifecycleSpec, evaluation: Evaluation, trained_through: date, commit: Commit
) -> list[str]:
    trained, window = evaluation.trained_model, spec.window or "none, all rows"
    return [
        f"- Data: `{trained.dataset_version}` ({spec.source.type}), "
        f"{evaluation.training_rows} training rows, {evaluation.holdout_rows} holdout rows",
        f"- Window: {window}; nothing after {trained_through}",
        f"- Code: `{trained.code_version}`, seed {spec.seed}, fingerprint `{trained.fingerprint}`",
        f"- Git: {plain(str(commit)[:MOST_OF_GIT])}",
    ]


def _limits(spec: LifecycleSpec, evaluation: Evaluation, trained_through: date) -> list[str]:
    failed = evaluation.verdict.failures()
    own = [spec.card.limits.strip(), ""] if spec.card.limits.strip() else []
    return [
        *own,
        f"- It has seen no data after {trained_through}; drift_report shows whether live data "
        "still resembles its training data.",
        f"- The metrics apply to rows like the {evaluation.holdout_rows} holdout rows, with the "
        "uncertainty of their intervals; the worst slices above show where it errs more.",
        f"- It needs all {len(spec.columns.names)} feature columns and rejects data without one "
        "of them.",
        *([f"- It did not pass its gates: {plain(failed)}"] if failed else []),
    ]


def _loading(spec: LifecycleSpec, evaluation: Evaluation, pyfunc: bool) -> list[str]:
    name, serving = spec.registered_name, spec.stage_names.production
    anywhere = f"- `mlflow.pyfunc.load_model('models:/{name}@{serving}')`, once in production"
    return [
        f"- `ModelRegistry.from_environment().load_model({name!r})`, once in production "
        "(`from mlops_assets.client import ModelRegistry`)",
        *([anywhere] if pyfunc else []),
        f"- this exact model: `{evaluation.trained_model.uri}`",
    ]
