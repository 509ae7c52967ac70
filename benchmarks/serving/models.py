"""Trained models to serve: heart_disease, and the same rows with other estimators and columns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks.checkout import MODEL, ROOT, defs_folder, make_checkout
from benchmarks.process import measure
from benchmarks.report import progress
from mlops_assets.kinds.base import RowPredictions
from mlops_assets.kinds.registry import BY_TYPE
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import FOLDER, SCHEMA
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.frame_rows import FrameRows
from mlops_assets.serving.row_type import row_type
from mlops_assets.simulators.heart_disease import simulate

Row = dict[str, Any]
ESTIMATORS: dict[str, dict[str, Any]] = {
    MODEL: {},
    "boosting": {"estimator": "sklearn.ensemble.HistGradientBoostingClassifier", "params": {}},
    "logistic": {"estimator": "sklearn.linear_model.LogisticRegression", "params": {}},
    "regression": {"estimator": "sklearn.ensemble.RandomForestRegressor"},
    "dates_and_text": {},
}
WORDS = ("chest pain at night", "tired", "short of breath when walking", "", "dizzy, pale")
ROWS = 5_000


@dataclass(frozen=True)
class Trained:
    """A checkout with one model in production."""

    checkout: Path
    name: str

    @property
    def settings(self) -> Settings:
        """Where its state is."""
        return Settings.from_environment({}, home=str(self.checkout / ".mlops_assets"))

    def files(self) -> Path:
        """The files of its newest version."""
        folder = self.settings.home / "mlflow" / "artifacts" / "models"
        return max(folder.iterdir(), key=lambda it: it.stat().st_mtime) / "artifacts"

    def rows(self, count: int) -> list[Row]:
        """Rows that it was trained on, as JSON has them; of a text, the sample has the length."""
        sample = pd.read_parquet(self.files() / FOLDER / "sample.parquet").head(count)
        fields = self._schema().fields
        table = sample[[field.name for field in fields]]
        words = [WORDS[place % len(WORDS)] for place in range(len(table))]
        table = table.assign(**{field.name: words for field in fields if field.role == "text"})
        dates = table.select_dtypes("datetime").columns
        table = table.assign(**{name: table[name].astype(str) for name in dates}).astype(object)
        return table.where(table.notna(), None).to_dict("records")

    def expected(self, rows: Sequence[Row]) -> RowPredictions:
        """What the model itself says about them."""
        return self.itself().predict_rows(self.typed(rows))

    def typed(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as a model takes them."""
        row = row_type(self._schema(), self.name)
        return [row.model_validate(it).__dict__ for it in rows]

    def itself(self) -> FrameRows:
        """The model, by way of a DataFrame."""
        return FrameRows(BY_TYPE["sklearn"].load(str(self.files())), self._schema().columns())  # type: ignore[attr-defined]

    def _schema(self) -> InputSchema:
        return InputSchema.model_validate_json((self.files() / FOLDER / SCHEMA).read_bytes())

    def retrain(self, **params: Any) -> None:
        """A further version, with other parameters of the estimator; it goes into production."""
        path = defs_folder(self.checkout) / self.name / "defs.yaml"
        given = yaml.safe_load(path.read_text())
        given["attributes"]["model"]["params"] |= params
        path.write_text(yaml.safe_dump(given, sort_keys=False))
        measure(["-m", "mlops_assets.cli", "retrain", self.name], self.checkout)


@contextmanager
def trained(name: str = MODEL) -> Iterator[Trained]:
    """A model that has been retrained once, in a checkout of its own."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
        made = Trained(make_checkout(Path(folder) / "checkout"), name)
        _put(made)
        measure(["-m", "mlops_assets.cli", "retrain", name], made.checkout)
        progress(f"trained {name}")
        yield made


def _put(made: Trained) -> None:
    given = yaml.safe_load((defs_folder(ROOT) / MODEL / "defs.yaml").read_text(encoding="utf-8"))
    attributes = given["attributes"]
    attributes["serving"].pop("live")
    attributes |= dict.fromkeys(("name", "registered_name", "experiment"), made.name)
    attributes["model"] |= ESTIMATORS[made.name]
    attributes["source"] = {"type": "csv", "path": str(made.checkout / "table.csv")}
    attributes["gates"] = {}
    for needless in ("live", "retrain"):
        attributes.pop(needless)
    table = simulate(ROWS, seed=7)
    if made.name == "regression":
        attributes |= {"target": "chol", "task": "regression"}
        attributes["columns"]["numeric"].remove("chol")
        attributes["units"].pop("chol")
        attributes.pop("serving")
    if made.name == "dates_and_text":
        attributes["columns"] |= {"date": ["seen"], "text": ["note"]}
        days = pd.date_range("2020-01-01", periods=ROWS, freq="6h").strftime("%Y-%m-%d")
        notes = [WORDS[place % len(WORDS)] for place in range(ROWS)]
        table = table.assign(seen=days, note=notes)
    table.to_csv(made.checkout / "table.csv", index=False)
    path = defs_folder(made.checkout) / made.name / "defs.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")


def production(made: Trained) -> str:
    """The number of its production version."""
    from mlops_assets.serving.candidates import production_numbers

    return production_numbers(open_store(made.settings))[made.name]
