"""One process that loads a model in each way; prints JSON: milliseconds, and loads a second."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

NAME, STAGE, LOADS, AT_ONCE = "forest", "Production", 20_000, 16
TREES, ROWS = 200, 10_000


def main() -> None:
    """Log a forest in the home of the environment, let it serve, and load it."""
    import mlflow

    from mlops_assets.client import model_registry
    from mlops_assets.registry import known_addresses, loaded_models, own_changes

    registry = model_registry.registry
    registry.promote_model(NAME, _registered(registry), force=True, reason="measured")
    address = f"models:/{NAME}@production"

    def load() -> Any:
        return registry.load_model(model_name=NAME, stage=STAGE)

    def as_a_new_process() -> None:
        loaded_models._models.cache_clear()
        own_changes.note_change()

    as_a_new_process()
    found = {"first": _milliseconds(load)}
    as_a_new_process()
    found["from the copy"] = _milliseconds(load)
    found["again"] = _milliseconds(load)
    time.sleep(known_addresses.ADDRESS_SECONDS + 0.1)
    found["again, after the alias's second"] = _milliseconds(load)
    found["MLflow itself"] = _milliseconds(lambda: mlflow.sklearn.load_model(address))
    found["rate"] = asyncio.run(_rate(model_registry))
    print(json.dumps(found))


def _registered(registry: Any) -> str:
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import RandomForestClassifier

    random = np.random.default_rng(7)
    rows = pd.DataFrame(random.normal(size=(ROWS, 12)), columns=[f"x{n}" for n in range(12)])
    model = RandomForestClassifier(TREES, random_state=7).fit(rows, rows["x0"] + rows["x1"] > 0)
    return registry.register_model(registry.log_model(model, NAME, example=rows[:100]), NAME)


def _milliseconds(work: Callable[[], Any]) -> dict[str, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": 1000 * wall, "cpu": 1000 * cpu}


async def _rate(registry: Any) -> float:
    """Loads a second, `AT_ONCE` at a time, over some seconds: aliases are looked up meanwhile."""

    async def some() -> None:
        for _ in range(LOADS // AT_ONCE):
            await registry.load_model(model_name=NAME, stage=STAGE)

    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return LOADS // AT_ONCE * AT_ONCE / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
