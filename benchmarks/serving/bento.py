"""The service that BentoML serves: the loaded model behind a DataFrame, as its guide has it."""

import os

import bentoml

from mlops_assets.features.columns import typed_features
from mlops_assets.kinds.registry import BY_TYPE
from mlops_assets.serving.loading import FOLDER, SCHEMA, InputSchema


@bentoml.service
class Predictions:
    """Answers rows with the model's own predictions."""

    def __init__(self) -> None:
        from pathlib import Path

        files = Path(os.environ["BENTO_FILES"])
        schema = InputSchema.model_validate_json((files / FOLDER / SCHEMA).read_bytes())
        self.columns = schema.columns()
        self.model = BY_TYPE["sklearn"].load(str(files))

    @bentoml.api
    def predict(self, rows: list[dict]) -> list[dict]:
        """One answer a row."""
        import pandas as pd

        table = typed_features(pd.DataFrame(rows), self.columns)
        return self.model.predict(table).to_dict("records")
