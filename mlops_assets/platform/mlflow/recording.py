"""Record one materialization in MLflow and as metadata for the Dagster UI."""

import base64
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import BaseModel

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.platform.mlflow.result import TAKEN_FROM, Markdown, Picture, Result
from mlops_assets.platform.mlflow.run_links import RunLinks
from mlops_assets.platform.mlflow.runs import log_series, log_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mlflow import MlflowClient
    from mlflow.entities import RunInfo

REQUIRED_TAGS = (
    "model",
    "asset_key",
    "partition",
    "dagster_run_id",
    "dataset_version",
    "code_version",
    "task",
    "stage",
)
# The Dagster UI shows Markdown below this length inline.
IN_PLACE_LENGTH = 1000


class Recording:
    """The open MLflow run of one materialization.

    Parameters, metrics and tags are sent together by `flush`; files are collected in a temporary
    folder and logged together when the materialization ends.
    """

    def __init__(
        self, client: "MlflowClient", run: "RunInfo", tags: Mapping[str, str], links: RunLinks
    ) -> None:
        self.client, self.run_id, self.name = client, run.run_id, run.run_name
        self._links, self._pictures, self.dataset_version = links, "", ""
        self._panel, self._figures, self._facts = {}, {}, {}
        self._pages = {"mlflow_run": _link(run.run_id, links.page())}
        self._tags, self._params, self._metrics = dict(tags), {}, {}
        self._logged: set[str] = set()
        self._seen_tags = set(tags)
        self._folder = tempfile.TemporaryDirectory(prefix="mlops_assets_")

    @property
    def folder(self) -> Path:
        """The folder of files to log; sub-folders are kept."""
        return Path(self._folder.name)

    @property
    def metadata(self) -> dict[str, Any]:
        """Metadata for the Dagster UI: pictures, texts and tables, links, numbers for its plots."""
        pictures = {"pictures": dg.MetadataValue.md(self._pictures)} if self._pictures else {}
        numbers = {name: value for name, value in self._panel.items() if _is_number(value)}
        texts = {name: self._panel[name] for name in self._panel if name not in numbers}
        return {**pictures, **texts, **self._figures, **self._pages, **numbers, **self._facts}

    def record(self, result: Result) -> None:
        """Record all that a result has; its figures are drawn one after the other."""
        self.tags(**result.tags())
        self.params(result.params())
        self.metrics(result.metrics())
        self.show(**result.panel())
        for name, content in result.documents().items():
            self.document(name, content)
        for name, text in result.files().items():
            self.file(name).write_text(text, encoding="utf-8")
        for name, html in result.pages().items():
            self.page(name, html, link=f"{name}_page" if name in self._panel else name)
        for name, figure in result.figures():
            self.figure(name, figure)
        if facts := result.facts():
            self.keep(facts)

    def params(self, params: Mapping[str, Any]) -> None:
        """Add parameters to the run; values are logged as text."""
        self._params.update(params)

    def metrics(self, metrics: Mapping[str, float | None]) -> None:
        """Add metrics to the run. None is left out, because MLflow has no null."""
        self._metrics.update({k: float(v) for k, v in metrics.items() if v is not None})

    def series(self, series: Mapping[str, Sequence[float]]) -> None:
        """Log metrics with a value per step, at once."""
        if series:
            log_series(self.client, self.run_id, series)
            self._logged.add("metrics")

    def tags(self, **tags: Any) -> None:
        """Add tags to the run, such as `dataset_version`."""
        self._tags.update({name: str(value) for name, value in tags.items()})
        self._seen_tags |= set(tags)
        self.dataset_version = str(tags.get("dataset_version", self.dataset_version))

    def show(self, **metadata: Any) -> None:
        """Add metadata for the Dagster UI, in the given order; its numbers come last."""
        self._panel.update({name: _shown(value) for name, value in metadata.items()})

    def keep(self, record: BaseModel) -> None:
        """Keep a record with the materialization, for the loop and the commands to read."""
        self._facts.update(as_metadata(record))

    def figure(self, name: str, figure: "Figure | Picture") -> None:
        """Add a figure: `<name>.png` in MLflow, and shown in the metadata."""
        picture = figure.png if isinstance(figure, Picture) else _png(figure)
        self.file(f"{name}.png").write_bytes(picture)
        encoded = base64.b64encode(picture).decode()
        self._figures[name] = dg.MetadataValue.md(f"![{name}](data:image/png;base64,{encoded})")
        self._show_in_place(f"{name}.png")

    @property
    def pictures(self) -> tuple[str, ...]:
        """The names of the figures so far, in order."""
        return tuple(self._figures)

    def taken_from(self, run_id: str) -> None:
        """Name the earlier run of the model that what is recorded here was measured in."""
        self.tags(**{TAKEN_FROM: run_id})
        self._pages[TAKEN_FROM] = _link(run_id, replace(self._links, run_id=run_id).page())

    def _show_in_place(self, file: str) -> None:
        # Dagster shows short Markdown inline, but a complete image only behind a click, so the
        # inline images are links. They have no alternative text: a browser then shows nothing
        # where `up` does not serve, instead of a broken image.
        pictures = f"{self._pictures} ![]({self._links.picture(file)})".strip()
        if self._links.picture(file) and len(pictures) < IN_PLACE_LENGTH:
            self._pictures = pictures

    def page(self, name: str, html: str, link: str = "full_report") -> str:
        """Add an HTML page `<name>.html` to the artifacts, with a `link` in the metadata.

        Returns its address.
        """
        file = f"{name}.html"
        self.file(file).write_text(html, encoding="utf-8")
        address = self._links.page(file)
        self._pages[link] = _link(file, address)
        return address

    def document(self, name: str, content: Any) -> None:
        """Add a JSON file to the artifacts."""
        self.file(name).write_text(json.dumps(content, indent=2, default=str) + "\n")

    def file(self, name: str) -> Path:
        """The path to write an artifact of that name to. Raises `InputError` for one elsewhere."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise InputError(
                seen=f"an artifact named {name!r}",
                expected="a name below the run's own artifacts",
                todo="correct the name where the figure or document is made",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def flush(self) -> None:
        """Send parameters, metrics and tags now, so that they are kept if the process is killed."""
        log_values(
            self.client, self.run_id, params=self._params, metrics=self._metrics, tags=self._tags
        )
        self._logged |= {"params"} if self._params else set()
        self._logged |= {"metrics"} if self._metrics else set()
        self._params, self._metrics, self._tags = {}, {}, {}

    def finish(self, status: str) -> None:
        """Send everything and close the run with `status`."""
        self.flush()
        if self._has_files():
            self.client.log_artifacts(self.run_id, str(self.folder))
        self._folder.cleanup()
        self.client.set_terminated(self.run_id, status=status)

    def missing(self) -> list[str]:
        """What every materialization must record, but this one has not recorded yet."""
        self.flush()
        lacking = [tag for tag in REQUIRED_TAGS if tag not in self._seen_tags]
        lacking += [name for name in ("params", "metrics") if name not in self._logged]
        return lacking if self._has_files() else [*lacking, "artifacts"]

    def _has_files(self) -> bool:
        return any(path.is_file() for path in self.folder.rglob("*"))


def _png(figure: "Figure") -> bytes:
    from mlops_assets.figures.style import png

    return png(figure)


def _link(text: str, address: str) -> dg.MarkdownMetadataValue:
    return dg.MetadataValue.md(f"[{text}]({address})")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> Any:
    if isinstance(value, Markdown):
        return dg.MetadataValue.md(value.text)
    # Dagster rejects numpy scalars as metadata.
    if type(value).__module__ == "numpy" and value.ndim == 0:
        value = value.item()
    return readable(value) if isinstance(value, float) else value


def readable(value: float) -> float:
    """The number with four significant digits; above ten thousand, as a whole number."""
    return float(f"{value:.4g}") if abs(value) < 1e4 or not isfinite(value) else float(round(value))
