"""`model_registry`, ready to await, and what it keeps of the models that it loads."""

import asyncio
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from mlops_assets.client import ModelRegistry, model_registry
from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry import known_addresses, loaded_models
from mlops_assets.registry.loaded_models import kept
from mlops_assets.registry.model_copies import ModelCopies, folder_bytes
from mlops_assets.registry.own_changes import note_change
from mlops_assets.registry.reading import STAGE_NAMES
from mlops_assets.spec.stage_names import StageNames
from mlops_assets_tests.document_calls import NAME, main
from mlops_assets_tests.statements import statements

ROWS = pd.DataFrame({"similarity": np.linspace(0, 1, 20)})


@pytest.fixture
def registry(settings) -> ModelRegistry:
    return ModelRegistry(settings, actor="anna", spec_of=lambda _: None)


@pytest.fixture
def _nothing_kept():
    """As in a process that has loaded nothing."""
    loaded_models._models.cache_clear()
    note_change()


def promoted(registry: ModelRegistry, cut: float) -> str:
    model = LogisticRegression().fit(ROWS, ROWS["similarity"] > cut)
    version = registry.register_model(registry.log_model(model, NAME, example=ROWS), NAME)
    registry.promote_model(NAME, version, force=True, reason="by hand")
    return version


def id_of(registry: ModelRegistry, version: str) -> str:
    return model_id_of(registry.of(NAME).version(version))


def copied(registry: ModelRegistry, model_id: str) -> Path:
    folder = ModelCopies.of(registry.settings).held(model_id)
    assert folder is not None
    return folder


def test_the_documents_calls_as_they_stand_on_a_new_store(home, monkeypatch, capsys):
    shutil.rmtree(home / "mlflow")
    monkeypatch.delitem(vars(model_registry), "registry", raising=False)
    asyncio.run(main())
    said = capsys.readouterr().out
    assert "version 1 has no verdict" in said
    assert "whose gates judge it on held-out rows; or promote it with force and a reason" in said
    assert "predicted [0, 1] True" in said
    assert f"listed ['{NAME}']" in said
    assert said.splitlines()[-1] == "health healthy"


def test_a_promotion_by_this_process_is_seen_at_once_by_another_within_a_second(registry):
    first = promoted(registry, 0.3)
    one = registry.load_model(NAME)
    assert registry.load_model(NAME) is one
    second = promoted(registry, 0.7)
    assert registry.load_model(NAME) is registry.load_model(NAME, second) is not one
    registry.client.set_registered_model_alias(NAME, "other", first)
    assert registry.load_model(NAME, alias="other") is one
    registry.client.set_registered_model_alias(NAME, "other", second)
    assert registry.load_model(NAME, alias="other") is one
    time.sleep(known_addresses.ADDRESS_SECONDS)
    assert registry.load_model(NAME, alias="other") is not one


def test_when_its_second_is_over_an_alias_is_looked_up_once_for_all_threads(registry):
    promoted(registry, 0.3)
    registry.load_model(NAME, stage="Production")
    with statements() as alone:
        registry.client.get_model_version_by_alias(NAME, "production")
    known_addresses.address.cache_clear()
    with statements() as asked, ThreadPoolExecutor(50) as threads:
        loads = [threads.submit(registry.load_model, NAME, stage="Production") for _ in range(50)]
    assert len({id(it.result()) for it in loads}) == 1
    assert asked == alone


def test_another_process_renames_a_stage_or_archives_what_serves(registry):
    version = promoted(registry, 0.3)
    model = registry.load_model(NAME)
    other, client = StageNames(production="live"), registry.client
    client.set_registered_model_tag(NAME, STAGE_NAMES, other.model_dump_json())
    client.set_registered_model_alias(NAME, "live", version)
    client.delete_registered_model_alias(NAME, "production")
    known_addresses.address.cache_clear()
    assert registry.load_model(NAME) is registry.load_model(NAME, stage="live") is model
    client.delete_registered_model_alias(NAME, "live")
    known_addresses.address.cache_clear()
    with pytest.raises(InputError, match=r"no version of .* is in production"):
        registry.load_model(NAME)


@pytest.mark.usefixtures("_nothing_kept")
def test_the_next_process_loads_the_copy_in_the_home_if_it_is_what_was_saved(registry):
    model_id = id_of(registry, promoted(registry, 0.5))
    expected = registry.load_model(NAME).predict(ROWS)
    (saved,) = registry.settings.mlflow_artifacts.rglob("model.skops")
    content = saved.read_bytes()
    saved.unlink()
    loaded_models._models.cache_clear()
    assert registry.load_model(NAME).predict(ROWS).equals(expected)
    (copied(registry, model_id) / "model.skops").write_bytes(b"not a model")
    saved.write_bytes(content)
    loaded_models._models.cache_clear()
    assert registry.load_model(NAME).predict(ROWS).equals(expected)
    assert (copied(registry, model_id) / "model.skops").read_bytes() == content


@pytest.mark.usefixtures("_nothing_kept")
@pytest.mark.parametrize("note", ["", "{not json", "[]", '{"digest": "../..", "sha256": {}}'])
def test_a_note_of_a_copy_that_cannot_be_read_is_written_again(registry, note):
    model_id = id_of(registry, promoted(registry, 0.5))
    registry.load_model(NAME)
    (registry.settings.home / "model_copies" / f"{model_id}.json").write_text(note)
    loaded_models._models.cache_clear()
    assert registry.load_model(NAME) is not None
    assert (copied(registry, model_id) / "model.skops").exists()


@pytest.mark.usefixtures("_nothing_kept")
def test_a_home_that_keeps_no_copies_says_so(registry):
    promoted(registry, 0.5)
    (registry.settings.home / "model_copies").write_text("a file in its place")
    with pytest.raises(InputError, match="model_copies/files cannot be written to"):
        registry.load_model(NAME)


@pytest.mark.usefixtures("_nothing_kept")
def test_files_that_are_not_those_that_were_saved_are_not_kept(registry):
    model_id = id_of(registry, promoted(registry, 0.5))
    (saved,) = registry.settings.mlflow_artifacts.rglob("model.skops")
    saved.write_bytes(b"not a model")
    with pytest.raises(InputError, match=f"models:/{model_id} is damaged: model.skops"):
        registry.load_model(NAME)
    assert not list((registry.settings.home / "model_copies").rglob("*.skops"))


def test_copies_are_bounded_by_size_but_keep_what_served(registry, settings):
    ids = []
    for cut in (0.2, 0.4, 0.6):
        ids.append(id_of(registry, promoted(registry, cut)))
    size = folder_bytes(ModelCopies(settings.home / "elsewhere", 1 << 30).get(ids[0]))
    copies = ModelCopies(settings.home / "few", int(size * 1.5))
    copies.get(ids[0])
    copies.keep("small", "1", {"model_id": ids[0]}, newest=2)
    copies.get(ids[1])
    copies.get(ids[2])
    assert [copies.held(it) is not None for it in ids] == [True, False, True]
    copies.keep("small", "3", {"model_id": ids[2]}, newest=1)
    assert [it["model_id"] for it in copies.kept("small")] == [ids[2]]
    (settings.home / "few" / "kept" / "small" / "3.json").write_text("{not json")
    assert copies.kept("small") == []
    assert copies.get(ids[1]).exists()


def test_the_models_used_longest_ago_leave_the_process_first():
    loads = []

    def load_with_bytes(name: str, size: int) -> tuple[object, int]:
        loads.append(name)
        return object(), size

    load = kept(10, load_with_bytes)

    first = load("a", 4)
    load("b", 4)
    assert load("a", 4) is first
    load("c", 4)
    assert load("a", 4) is first
    load("b", 4)
    load("huge", 11)
    load("huge", 11)
    assert loads == ["a", "b", "c", "b", "huge", "huge"]


def test_a_model_that_many_threads_ask_for_is_loaded_once():
    loads = []

    def slow(_: str) -> tuple[object, int]:
        time.sleep(0.05)
        loads.append(1)
        return object(), 1

    load = kept(10, slow)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: load("m-1"), range(8)))
    assert (len(set(map(id, found))), len(loads)) == (1, 1)
