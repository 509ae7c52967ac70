"""Simulator sources."""

from datetime import date

import pandas as pd
import pytest

from mlops_assets.data.sources.simulator import SimulatorSource
from mlops_assets.errors import InputError
from mlops_assets.simulators.heart_disease import simulate


def test_fields_reach_the_simulator(settings):
    fields = {"rows": 20, "seed": 3, "day": date(2026, 11, 20), "shift": {"chol": 1.0}}
    table = SimulatorSource(name="heart_disease", **fields).read(settings)
    pd.testing.assert_frame_equal(table, simulate(fields.pop("rows"), **fields))


def test_unknown_simulator_names_the_nearest(settings):
    with pytest.raises(InputError, match="nearest name is 'heart_disease'"):
        SimulatorSource(name="hart_disease", rows=1).read(settings)


def test_unknown_shift(settings):
    with pytest.raises(InputError, match="nearest name is 'chol'"):
        SimulatorSource(name="heart_disease", rows=1, shift={"cholesterol": 1}).read(settings)
