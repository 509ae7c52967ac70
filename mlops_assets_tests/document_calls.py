"""The calls of TalentFlow's document as they stand, on `model_registry`; pyright checks them."""

import asyncio
import sys

import pandas as pd
from sklearn.linear_model import LogisticRegression

from mlops_assets.client import model_registry
from mlops_assets.errors import InputError

NAME = "candidate_scoring_model"
ROWS = pd.DataFrame({"similarity": [0.1, 0.9]})


async def main() -> None:
    """Log, register, promote and load a model, and look at the registry."""
    trained_model = LogisticRegression(C=1.0, solver="liblinear").fit(ROWS, [0, 1])
    run_id = await model_registry.log_model(
        model=trained_model,
        model_name=NAME,
        metrics={"accuracy": 0.85, "f1_score": 0.82},
        params={"C": 1.0, "solver": "liblinear"},
    )
    version: str = await model_registry.register_model(run_id=run_id, model_name=NAME)
    try:
        await model_registry.promote_model(model_name=NAME, version=version, stage="Production")
    except InputError as error:
        print(error)
    await model_registry.promote_model(
        model_name=NAME, version=version, stage="Production", force=True, reason="F1 0.82"
    )
    model = await model_registry.load_model(model_name=NAME, stage="Production")
    again = await model_registry.load_model(model_name=NAME, version=version)
    print("predicted", model.predict(ROWS)["prediction"].tolist(), model is again)
    (compared,) = await model_registry.compare_models(NAME, [version])
    print("compared", compared.version, compared.metrics["f1_score"])
    print("listed", [it.model_name for it in await model_registry.list_models()])
    health = await model_registry.health_check()
    print("health", health["status"])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
