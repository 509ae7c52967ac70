"""A retrain that changes nothing measures nothing again, and records all the same."""

import shutil
from pathlib import Path

import pytest

from mlops_assets.data import input_digest
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.mlflow.result import TAKEN_FROM
from mlops_assets_tests.world import World

OF_THIS_RUN = "evaluation.json"
"""Names the training run, which is another one each time."""


@pytest.fixture
def evaluated(world) -> World:
    """A model that is in production and was evaluated once."""
    world.begin()
    return world


def again(world: World) -> str:
    """Where the evaluation of another retrain was measured; empty if it was measured anew."""
    assert world.retrain_as_of("2026-01-05").success
    return newest(world).data.tags.get(TAKEN_FROM, "")


def measured_anew(world: World) -> bool:
    """Whether another retrain measures anew; the one after it takes that over."""
    anew = not again(world)
    here = newest(world).info.run_id
    return anew and again(world) == here


def newest(world: World):
    return world.children()["evaluation"]


def files(run) -> dict[str, bytes]:
    folder = Path(run.info.artifact_uri.removeprefix("file://"))
    return {it.name: it.read_bytes() for it in folder.iterdir() if it.name != OF_THIS_RUN}


def gates(run) -> Verdict:
    return Verdict.model_validate_json(files(run)["verdict.json"])


def test_what_was_measured_is_recorded_again_and_says_from_where(evaluated):
    first = newest(evaluated)
    assert again(evaluated) == first.info.run_id
    second = newest(evaluated)
    assert second.data.metrics == first.data.metrics
    assert second.data.params == first.data.params
    changed = {"verdict.json", "gates.png"}  # the champion is the model itself now
    kept = files(first).keys() - changed
    assert {it: files(second)[it] for it in kept} == {it: files(first)[it] for it in kept}
    assert (gates(first).champion, gates(second).champion) == ("", "1")
    assert again(evaluated) == first.info.run_id  # and not the one in between
    assert files(newest(evaluated)) == files(second)


def test_it_is_what_would_have_been_measured(evaluated, monkeypatch):
    assert again(evaluated)
    taken = newest(evaluated)
    monkeypatch.setattr(input_digest, "_code", lambda: "other")
    assert not again(evaluated)
    measured = newest(evaluated)
    assert files(measured) == files(taken)
    assert measured.data.metrics == taken.data.metrics


@pytest.mark.parametrize("what", ["_code", "_installed"])
def test_other_code_or_packages_measure_anew(evaluated, monkeypatch, what):
    monkeypatch.setattr(input_digest, what, lambda: "other")
    assert measured_anew(evaluated)


def test_a_changed_key_of_defs_yaml_measures_anew(evaluated):
    evaluated.spec["units"] = {"x": "mm"}
    assert measured_anew(evaluated)


def test_a_pack_with_code_of_others_always_measures(evaluated, monkeypatch):
    dotted = "mlops_assets_tests.lifecycle.test_taken_over.ones"
    monkeypatch.setenv("MLOPS_ASSETS_ALLOWED_NAMES", dotted)
    evaluated.spec["packs"] = [{"type": "functions", "metrics": {"ones": dotted}}]
    assert not again(evaluated)
    assert not again(evaluated)


def ones(known, predictions) -> list[float]:
    return [1.0] * len(known)


@pytest.mark.parametrize("name", ["packs.json", "roc_curve.png"])
def test_lost_files_are_measured_anew(evaluated, name):
    place = Path(newest(evaluated).info.artifact_uri.removeprefix("file://"))
    (place / name).unlink()
    assert measured_anew(evaluated)
    assert name in files(newest(evaluated))


def test_a_run_without_files_is_measured_anew(evaluated):
    shutil.rmtree(newest(evaluated).info.artifact_uri.removeprefix("file://"))
    assert measured_anew(evaluated)


def test_a_damaged_model_is_still_noticed(evaluated):
    model_id = evaluated.client.search_model_versions("name='small'")[0].tags
    (model,) = {value for key, value in model_id.items() if key.endswith("model_id")}
    place = evaluated.client.get_logged_model(model).artifact_location.removeprefix("file://")
    with (Path(place) / "model.skops").open("ab") as file:
        file.write(b"more")
    result = evaluated.retrain_as_of("2026-01-05")
    assert not result.success
    assert "model.skops is not the file that was saved" in str(
        [it.event_specific_data for it in result.all_events]
    )
