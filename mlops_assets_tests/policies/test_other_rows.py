"""`mlops-assets evaluate`: versions on a table of somebody's, by the same gates."""

import json
from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app, stages
from mlops_assets.cli.evaluate import _read
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.kinds.policy.model import PolicyModel
from mlops_assets.registry.other_rows import evaluate_versions
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.tasks.feature_table import sides
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.policies.worlds import begin, true_value

NAME = "planner_model"


@pytest.fixture
def planner(world, monkeypatch):
    begin(world)
    spec = LoopWorld(world).spec
    monkeypatch.setattr(stages, "registered_spec", lambda *_, **__: spec)
    return world


def log(world, day: int):
    spec = LoopWorld(world).spec
    return spec.source.load_day(world.settings, date(2026, 1, day), None, "UTC")


def run(world, table, *versions: str):
    path = world.settings.home / "logs.parquet"
    table.to_parquet(path)
    words = ["evaluate", NAME, *versions, "--parquet", str(path)]
    return CliRunner().invoke(app, words), CliRunner().invoke(app, [*words, "--json"])


def test_a_version_on_a_later_log(planner):
    table = log(planner, 5)
    shown, as_json = run(planner, table, "1")
    assert shown.exit_code == 0, (shown.output, shown.exception)
    assert "Better than the logged policy" in shown.stdout
    assert "PASS  lift_dr.low" in shown.stdout
    (found,) = json.loads(as_json.stdout)
    assert (found["rows"], found["left_out"]) == (800, 0)
    value, spec = found["metrics"]["value_dr"], LoopWorld(planner).spec
    model = ModelRegistry(planner.settings).load_model(NAME, 1)
    truth = true_value(table, model.predict(spec.dataset(table).features))
    assert value["low"] < truth < value["high"]


def test_with_wrong_propensities_it_fails_and_the_exit_code_says_so(planner):
    table = log(planner, 7)
    shown, _ = run(planner, table.assign(propensity=(table["propensity"] * 2).clip(upper=1)), "1")
    assert shown.exit_code == 1
    assert "FAILED" in shown.stdout
    assert "the logged propensities are wrong" in shown.stdout


def test_rows_that_it_was_fitted_on_are_left_out(planner):
    spec = LoopWorld(planner).spec
    model = RegisteredModel(planner.client, NAME)
    every = spec.source.read(planner.settings, until=date(2026, 1, 4))
    (found,) = evaluate_versions(model, spec, ["1"], every, planner.settings)
    assert found.rows + found.left_out == len(every)
    assert found.left_out == pytest.approx(0.6 * len(every), rel=0.1)
    stored = planner.client.get_model_version(NAME, "1").tags
    holdout = json.loads(stored["mlflow.mlops_assets.holdout_metrics"])
    assert found.metrics["value_dr"].value == pytest.approx(holdout["value_dr"])
    train, _ = sides(_features(planner, spec))
    known = set(train["__group__"])
    fitted = every[[it in known for it in _groups(every, spec)]]
    with pytest.raises(InputError, match="was fitted on"):
        evaluate_versions(model, spec, ["1"], fitted, planner.settings)


def _features(world, spec):
    from mlops_assets.data.training_tables import FeatureTable
    from mlops_assets.platform.lake import read_newest

    return read_newest(["small", "features"], FeatureTable).table


def _groups(rows, spec):
    from mlops_assets.features.splitting import groups

    return groups(
        rows, spec.split, identity=spec.identity, timestamp=spec.timestamp, target=spec.target
    )


UNUSABLE = {
    "no column": (lambda it: it.drop(columns="diet"), "no column 'diet'"),
    "no rows": (lambda it: it.head(0), "0 rows, of which none has a adherence"),
    "no rewards": (lambda it: it.assign(adherence=None), "800 rows, of which none has a adherence"),
    "text": (lambda it: it.assign(age="old"), "not valid numeric values, such as \\['old'\\]"),
    "lists": (lambda it: it.assign(plan=[["a"]] * len(it)), "an action that nobody knows"),
}


@pytest.mark.parametrize(("change", "seen"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_judged_is_refused_in_words(planner, change, seen):
    spec, model = LoopWorld(planner).spec, RegisteredModel(planner.client, NAME)
    with pytest.raises(InputError, match=seen):
        evaluate_versions(model, spec, ["1"], change(log(planner, 5)), planner.settings)


def test_only_rows_whose_reward_has_come_are_counted(planner):
    spec, model = LoopWorld(planner).spec, RegisteredModel(planner.client, NAME)
    table = log(planner, 5)
    table["adherence"] = table["adherence"].where(table.index >= 300)
    (found,) = evaluate_versions(model, spec, ["1"], table, planner.settings)
    assert (found.rows, found.metrics["value_dr"].support) == (500, 500)


def test_importances_which_nobody_is_shown_are_not_computed(planner, monkeypatch):
    def fails(*_, **__):
        raise MemoryError

    monkeypatch.setattr(PolicyModel, "importance", fails)
    spec, model = LoopWorld(planner).spec, RegisteredModel(planner.client, NAME)
    (found,) = evaluate_versions(model, spec, ["1"], log(planner, 5), planner.settings)
    assert found.in_words[0].startswith("Better than the logged policy")


def test_a_file_is_read_whatever_pandas_had_as_its_index(tmp_path):
    table = pd.DataFrame({"decision_id": ["a", "b"], "x": [1, 2]})
    for number, odd in enumerate([table.set_index("decision_id"), table.set_index([[0, 0]])]):
        odd.to_parquet(tmp_path / f"{number}.parquet")
        assert {"decision_id", "x"} <= {*_read(tmp_path / f"{number}.parquet")}


def test_several_are_compared(planner):
    assert planner.retrain_as_of("2026-01-09").success
    shown, as_json = run(planner, log(planner, 10), "1", "2")
    assert "version 1" in shown.stdout.splitlines()[0]
    one, two = json.loads(as_json.stdout)
    assert two["metrics"]["value_dr"]["low"] > one["metrics"]["value_dr"]["high"]
