"""The links of the overview into Dagster and MLflow, all made here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mlops_assets.platform.settings import Settings

PAGE = "/overview"


@dataclass(frozen=True)
class Links:
    """Links from a page; `dagster` is empty on Dagster's own server, where links are relative."""

    dagster: str
    mlflow: str

    @classmethod
    def on_server(cls, mlflow: str) -> Links:
        """The links of a page on Dagster's server, with MLflow at the address that its user has."""
        return cls("", mlflow.rstrip("/"))

    @classmethod
    def of_file(cls, settings: Settings) -> Links:
        """The links of a page that was written to a file."""
        return cls(settings.dagster_ui.rstrip("/"), settings.mlflow_ui.rstrip("/"))

    def overview(self) -> str:
        """The page of all models."""
        return f"{self.dagster}{PAGE}"

    def model(self, name: str) -> str:
        """The page of a model."""
        return f"{self.dagster}{PAGE}/{quote(name, safe='')}"

    def assets(self, name: str) -> str:
        """The model's assets in Dagster."""
        return f"{self.dagster}/locations/mlops_assets/asset-groups/{quote(name, safe='')}/lineage"

    def sensor(self, name: str) -> str:
        """The model's drift sensor in Dagster."""
        return f"{self.dagster}/locations/mlops_assets/sensors/{quote(name, safe='')}_drift_sensor"

    def automation(self, name: str) -> str:
        """The model's schedules and sensors in Dagster, which groups them only by code location."""
        return f"{self.dagster}/automation?selection={quote(f'tag:model={name}', safe='')}"

    def run(self, run_id: str) -> str:
        """A run in Dagster."""
        return f"{self.dagster}/runs/{quote(run_id, safe='')}"

    def day(self, name: str, asset: str, day: object) -> str:
        """A daily asset of the model in Dagster, on one day."""
        place = f"{self.dagster}/assets/{quote(name, safe='')}/{asset}"
        return f"{place}?view=partitions&partition={day}"

    def registered(self, name: str, version: str = "") -> str:
        """The model, or a version of it, in MLflow."""
        place = f"{self.mlflow}/#/models/{quote(name, safe='')}"
        return f"{place}/versions/{quote(version, safe='')}" if version else place
