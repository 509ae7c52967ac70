"""The MLflow model code that serves a linkage model: records in, their clusters out."""

from pathlib import Path

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from mlops_assets.kinds.fellegi_sunter.files import read
from mlops_assets.kinds.fellegi_sunter.linking import predict


class ServedLinkage(PythonModel):
    """Cluster the records of a request among themselves."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the model from its folder."""
        self.linkage = read(Path(context.artifacts["linkage"]))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict | None = None
    ) -> pd.DataFrame:
        """The same as `predict` of the kind."""
        return predict(self.linkage, model_input)


set_model(ServedLinkage())
