"""A result is recorded as what it says of itself, in MLflow and for Dagster."""

import dagster as dg
import numpy as np
from matplotlib.figure import Figure
from mlflow.artifacts import load_text
from pydantic import BaseModel

from mlops_assets.platform.dagster.records import record_in
from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS, readable
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.platform.mlflow.run_links import RunLinks
from mlops_assets.platform.mlflow.runs import DagsterRun

RUN = DagsterRun("run-2", "run-1", "churn_retrain", "churn", "Churn")
TAGS = dict.fromkeys(REQUIRED_TAGS, "x")


class _Facts(BaseModel):
    rows: int


class _Whole(Result):
    """Has everything that a result can have."""

    def tags(self):
        return {"dataset_version": "a1"}

    def params(self):
        return {"holdout": 0.2}

    def metrics(self):
        return {"rows": 3, "unknown": None}

    def documents(self):
        return {"schema.json": {"x": "int64"}}

    def files(self):
        return {"card.md": "# Größe\n"}

    def pages(self):
        return {"fairness_report": "<p>Größe</p>"}

    def panel(self):
        return {"rows": np.int64(3), "table": Markdown("|x|")}

    def figures(self):
        yield "empty", Figure()

    def facts(self):
        return _Facts(rows=3)


def test_everything_that_a_result_has_is_recorded(home):
    resource = MlflowResource()
    with resource.record("features", RUN, TAGS) as recording:
        recording.record(_Whole())
    run = resource.client.get_run(recording.run_id)
    assert run.data.tags["dataset_version"] == "a1"
    assert run.data.params == {"holdout": "0.2"}
    assert run.data.metrics == {"rows": 3.0}
    files = {file.path for file in resource.client.list_artifacts(recording.run_id)}
    assert files == {"schema.json", "card.md", "empty.png", "fairness_report.html"}
    uri = f"runs:/{recording.run_id}/fairness_report.html"
    assert load_text(uri) == "<p>Größe</p>"
    shown = recording.metadata
    link = RunLinks(run.info.experiment_id, recording.run_id, RUN.run_id)
    page = link.page("fairness_report.html")
    assert shown["fairness_report"] == dg.MetadataValue.md(f"[fairness_report.html]({page})")
    assert (shown["rows"], shown["table"]) == (3, dg.MetadataValue.md("|x|"))
    in_order = ["pictures", "table", "empty", "mlflow_run", "fairness_report", "rows"]
    assert list(shown) == [*in_order, "mlops_assets/record"]
    values = {name: getattr(value, "value", value) for name, value in shown.items()}
    assert record_in(values, _Facts) == _Facts(rows=3)


def test_a_result_may_have_nothing(home):
    with MlflowResource().record("features", RUN, TAGS) as recording:
        recording.record(_Whole())
        before = dict(recording.metadata)
        recording.record(Result())
        assert recording.metadata == before


def test_figures_that_nobody_reads_are_not_shown():
    assert readable(0.123456789012345678) == 0.1235
    assert readable(12345.25) == 12345.0
    assert str(readable(float("nan"))) == "nan"


def test_a_panel_shows_readable_figures(home):
    with MlflowResource().record("features", RUN, TAGS) as recording:
        recording.show(share=1 / 3, same=np.float64(1 / 3), rows=3)
        recording.record(_Whole())
    assert [recording.metadata[name] for name in ("share", "same", "rows")] == [0.3333] * 2 + [3]


def test_figures_with_other_names_are_only_behind_a_click(home):
    with MlflowResource().record("features", RUN, TAGS) as recording:
        recording.record(_Whole())
        recording.figure("a (b)", Figure())
        recording.figure("größe 2", Figure())
    address = f"/pictures/{recording.run_id}"
    assert recording.metadata["pictures"].value.split(" ") == [
        f"![]({address}/empty.png)",
        f"![]({address}/gr%C3%B6%C3%9Fe%202.png)",
    ]
    assert {"a (b)", "größe 2"} <= recording.metadata.keys()
