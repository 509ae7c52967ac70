"""What MLflow runs to serve a linkage model: records in, the cluster of each out."""

from pathlib import Path

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from mlops_assets.kinds.fellegi_sunter.files import read
from mlops_assets.kinds.fellegi_sunter.linking import predict


class ServedLinkage(PythonModel):
    """Clusters the records it is given among themselves."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the model from its folder."""
        self.linkage = read(Path(context.artifacts["linkage"]))

    def predict(self, context, model_input: pd.DataFrame, params=None) -> pd.DataFrame:
        """What the kind's `predict` gives."""
        return predict(self.linkage, model_input)


set_model(ServedLinkage())
