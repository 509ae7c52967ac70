"""The component takes the values of a defs.yaml as they stand, and fills in templates."""

import dagster as dg
import pytest

from mlops_assets.component import ModelLifecycle
from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL


def test_text_without_a_template_stays_what_it_is_and_keys_keep_their_types(monkeypatch):
    monkeypatch.setenv("PLACE", "table.csv")
    given = {
        **SMALL,
        "source": {"type": "csv", "path": "{{ env.PLACE }}"},
        "columns": {"numeric": ["1", "None", "[x]"]},
        "model": {**SMALL["model"], "params": {"class_weight": {0: 1, 1: 5}}},
    }
    spec = LifecycleSpec.model_validate(given)
    context = dg.ComponentTree.for_test().load_context
    loaded = ModelLifecycle.load(spec, context).spec
    assert loaded.source.path == "table.csv"
    assert loaded.columns.numeric == ["1", "None", "[x]"]
    assert loaded.model.params == {"class_weight": {0: 1, 1: 5}}


@pytest.mark.parametrize(
    ("given", "monitored"),
    [
        ({}, False),
        ({"timestamp": "at"}, True),
        ({"live": {"rows": "table"}}, True),
        ({"live": {"source": {"type": "csv", "path": "{day}.csv"}}}, True),
    ],
)
def test_a_model_without_days_has_only_what_trains_it(given, monitored):
    spec = LifecycleSpec.model_validate(
        {**SMALL, "source": {"type": "csv", "path": "table.csv"}, **given}
    )
    built = ModelLifecycle(spec).build_defs(dg.ComponentTree.for_test().load_context)
    names = {key.path[-1] for it in built.assets or () for key in it.keys}
    assert set(RETRAIN) <= names
    assert set(MONITOR) <= names if monitored else not set(MONITOR) & names
    assert [job.name for job in built.jobs or ()] == [
        "small_retrain",
        *(["small_monitor"] if monitored else []),
    ]
    assert bool(built.sensors) == monitored
