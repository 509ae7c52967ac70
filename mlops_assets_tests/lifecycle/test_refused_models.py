"""A failing sensor reports the models that could not be loaded."""

import dagster as dg
import pytest

from mlops_assets.errors import CombinedInputError, InputError
from mlops_assets.lifecycle.refused_models import refused_models

ONE, TWO = (
    InputError(seen=f"{name}/defs.yaml:3: no `target`", expected="one", todo="add it")
    for name in ("churn", "fraud")
)


def tick(*mistakes: InputError) -> None:
    (sensor,) = refused_models(mistakes).sensors or ()
    with dg.DagsterInstance.ephemeral() as instance:
        sensor.evaluate_tick(dg.build_sensor_context(instance=instance))


def test_it_fails_with_every_mistake():
    with pytest.raises(InputError, match=r"churn/defs\.yaml:3: no `target`"):
        tick(ONE)
    with pytest.raises(CombinedInputError, match=r"(?s)churn/defs\.yaml:3.*fraud/defs\.yaml:3"):
        tick(ONE, TWO)


def test_without_a_mistake_there_is_none():
    assert not refused_models([]).sensors
