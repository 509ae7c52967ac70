"""The panels of the entities say what was merged and what waits, without a value of anybody."""

import json

import pandas as pd
import pytest

from mlops_assets.entities.explained_pair import queued_pair
from mlops_assets.entities.panels import merge_examples, queue_table
from mlops_assets.entities.tables import EntityTables
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.entities.test_tables import CHANGES, FIELDS, about, added

SPEC = {
    "name": "people",
    "source": {"type": "csv", "path": "rows.csv"},
    "identity": ["id"],
    "task": "deduplication",
    "columns": {"text": ["name"], "date": ["born"]},
    "model": {"type": "fellegi_sunter"},
}


def golden(*records: int) -> pd.DataFrame:
    fields = {
        "full_name": {"from": "C-1", "why": "the most complete", "agreeing": 1, "of": 2},
        "gender": {"from": "C-1", "why": "all agree", "agreeing": 2, "of": 2},
    }
    return pd.DataFrame({"golden_id": "G", "full_name": "Ann Lee", "records": records}).assign(
        provenance=json.dumps(fields)
    )


def test_merges_are_told_by_their_fields_without_values():
    shown = merge_examples(golden(1, 2, 3)).splitlines()[2:]
    assert shown == [
        f"| {records} | gender | full_name (1 of 2: the most complete) |" for records in (2, 3)
    ]
    assert "Ann" not in "".join(shown)
    assert "C-1" not in "".join(shown)
    assert merge_examples(golden(1)) == "no golden record of several records was touched"
    assert len(merge_examples(golden(*[2] * 50))) < 1_000


def test_the_strongest_items_come_first_with_the_command_that_explains_them():
    items = [f"{number:016x}" for number in range(12)]
    queue = pd.DataFrame(
        {"item": items, "kind": "uncertain pair", "left_id": "C-1", "right_id": "C-2"}
    ).assign(match_weight=[None, *range(11)])
    shown = queue_table(queue, "people")
    assert f"| {items[-1]} | uncertain pair | +10.0 |" in shown.splitlines()[2]
    assert "`mlops-assets explain people --item ITEM`" in shown
    assert "2 more are in the table" in shown
    assert "C-1" not in shown
    assert len(shown) < 1_000
    assert queue_table(queue.head(0), "people") == "the queue is empty"


def test_an_item_of_the_queue_leads_to_its_records(tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{tmp_path / 'warehouse.db'}")
    settings, spec = Settings.from_environment(), LifecycleSpec.model_validate(SPEC)
    tables = EntityTables(settings.warehouse_url, FIELDS)
    tables.write(tables.read(), added(), CHANGES, about())
    assert queued_pair(settings, spec, "1f") == ("a", "c")
    with pytest.raises(InputError, match=r"no item '2f' among the 1"):
        queued_pair(settings, spec, "2f")
