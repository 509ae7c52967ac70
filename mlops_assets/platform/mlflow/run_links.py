"""Addresses of a run's pictures and pages in MLflow, which hold whatever ports `up` serves on.

They are relative to Dagster's UI, where `platform/ui/mlflow_pages.py` answers them. A page is an
address of the Dagster run: where `up` does not serve, it opens that run in Dagster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

PICTURES = "/pictures/"
RUN_ID = re.compile(r"[0-9a-f]{32}")
EXPERIMENT = re.compile(r"\d{1,30}", re.ASCII)
PICTURE = re.compile(r"\w[\w .-]*\.png")
HTML = re.compile(r"\w[\w-]*\.html")
# Without it a new browser opens MLflow's pages for language models.
CLASSIC = "workflowType=machine_learning"


@dataclass(frozen=True)
class RunLinks:
    """The links to one MLflow run: relative, or to `mlflow_ui` if that is configured."""

    experiment_id: str
    run_id: str
    dagster_run_id: str
    mlflow_ui: str = ""

    def picture(self, file: str) -> str | None:
        """The address of a small copy of a PNG; None for a name that is not served."""
        named = PICTURE.fullmatch(file)
        return f"{PICTURES}{self.run_id}/{quote(file)}" if named else None

    def page(self, file: str = "") -> str:
        """The address of the run's page, or of the page of one of its HTML files."""
        if self.mlflow_ui:
            return mlflow_page(self.mlflow_ui, self.experiment_id, self.run_id, file)
        asked = {"mlflow_run": self.run_id, "experiment": self.experiment_id}
        query = urlencode(asked | ({"file": file} if file else {}))
        return f"/runs/{quote(self.dagster_run_id)}?{query}"


def mlflow_page(mlflow_ui: str, experiment_id: str, run_id: str, file: str = "") -> str:
    """The address in MLflow of a run's page, or of the page of one of its HTML files."""
    place = f"experiments/{experiment_id}/runs/{run_id}"
    place += f"/artifacts/{quote(file)}" if file else ""
    return f"{mlflow_ui.rstrip('/')}/#/{place}?{CLASSIC}"


def asked_picture(path: str) -> tuple[str, str] | None:
    """The run and the file that an address of `RunLinks.picture` names; None if it is none."""
    run_id, _, file = path.removeprefix(PICTURES).partition("/")
    valid = RUN_ID.fullmatch(run_id) and PICTURE.fullmatch(file)
    return (run_id, file) if valid else None


def asked_page(query: str) -> tuple[str, str, str] | None:
    """The experiment, run and file in the query of `RunLinks.page`; None if it is not valid."""
    given = parse_qs(query)
    experiment, run, file = (given.get(it, [""])[-1] for it in ("experiment", "mlflow_run", "file"))
    valid = EXPERIMENT.fullmatch(experiment) and RUN_ID.fullmatch(run)
    return (experiment, run, file) if valid and (not file or HTML.fullmatch(file)) else None
