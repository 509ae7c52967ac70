"""An update compares what came and no more, and ends where comparing everything does."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from mlops_assets.entities.entity_state import EntityState
from mlops_assets.entities.resolve import EntityUpdate, update_entities
from mlops_assets.entities.review_queue import COLUMNS
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter import people as made
from mlops_assets_tests.kinds.fellegi_sunter.people import fit, linkage, partition, people, spec

pytestmark = pytest.mark.statistics

FEATURES = people(seed=7)[0].rename(index=str)
REGISTERED = pd.Series(pd.Timestamp("2026-01-01"), FEATURES.index)
FIRST, SECOND, THIRD = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)
NOTHING = EntityState(
    number=0,
    day=None,
    made_by=("", ""),
    entity_map=pd.DataFrame(
        columns=["record_id", "golden_id", "record_hash", "since", "gone_on"]
    ).set_index("record_id"),
    scored_pairs=pd.DataFrame(
        columns=["left", "right", "match_weight", "probability", "rule", "contradicts"]
    ),
    review_queue=pd.DataFrame(columns=[*COLUMNS, "since"]),
    used=frozenset(),
)


def update(
    features: pd.DataFrame,
    known: EntityState = NOTHING,
    day: date = FIRST,
    model_id: str = "m-1",
    model: LinkageModel | None = None,
    registered: pd.Series = REGISTERED,
) -> EntityUpdate:
    return update_entities(
        model or linkage(),
        features,
        registered.reindex(features.index),
        known,
        made_by=(model_id, "code"),
        day=day,
        most_records=10,
    )


def after(done: EntityUpdate, model_id: str = "m-1") -> EntityState:
    """What the tables hold once the update is written."""
    return EntityState(
        number=1,
        day=FIRST,
        made_by=(model_id, "code"),
        entity_map=done.entity_map.set_index("record_id"),
        scored_pairs=done.scored_pairs,
        review_queue=done.review_queue,
        used=frozenset(done.resolved.golden.changes["golden_id"]),
    )


@pytest.fixture(scope="module")
def everything() -> EntityUpdate:
    return update(FEATURES)


@pytest.fixture(scope="module")
def most() -> EntityUpdate:
    """All records but the last 200."""
    return update(FEATURES.iloc[:-200])


def written(done: EntityUpdate) -> dict[str, tuple[int, int]]:
    return {name: (len(it.delete), len(it.add)) for name, it in done.differences.items()}


def test_new_records_alone_are_compared_and_the_people_are_those_of_comparing_all(everything, most):
    done = update(FEATURES, after(most), SECOND)
    assert set(done.arrived.new) == set(FEATURES.index[-200:])
    assert sum(done.linked.rules.values()) < sum(everything.linked.rules.values()) / 3
    assert partition(done.resolved.golden.ids) == partition(everything.resolved.golden.ids)
    pd.testing.assert_frame_equal(done.scored_pairs, everything.scored_pairs)
    assert set(done.review_queue["item"]) == set(everything.review_queue["item"])


def test_only_people_whose_records_came_are_written(most):
    done = update(FEATURES, after(most), SECOND)
    new = done.resolved.golden.ids.loc[FEATURES.index[-200:]]
    assert set(done.golden_records["golden_id"]) == set(new) == done.resolved.touched
    kept = done.entity_map.set_index("record_id")["golden_id"].loc[most.entity_map["record_id"]]
    assert (kept.to_numpy() == most.entity_map["golden_id"].to_numpy()).mean() > 0.99


def test_the_golden_values_are_those_of_comparing_all(everything, most):
    done = update(FEATURES, after(most), SECOND)
    ids = done.resolved.golden.ids
    same = ids[ids == everything.resolved.golden.ids]
    both = [it.golden_records.set_index("golden_id") for it in (done, everything)]
    touched = sorted(set(same) & set(both[0].index))
    assert len(touched) > 100
    pd.testing.assert_frame_equal(both[0].loc[touched], both[1].loc[touched])


def test_the_same_input_again_writes_nothing(everything):
    again = update(FEATURES, after(everything), SECOND)
    assert set(written(again).values()) == {(0, 0)}
    assert sum(again.linked.rules.values()) == 0


def test_shuffled_input_gives_the_same_tables(everything):
    mixed = update(FEATURES.sample(frac=1, random_state=3))
    for name in ("scored_pairs", "golden_records", "review_queue"):
        pd.testing.assert_frame_equal(getattr(mixed, name), getattr(everything, name))
    one, other = (it.entity_map.set_index("record_id").sort_index() for it in (mixed, everything))
    pd.testing.assert_frame_equal(one, other)


def test_a_changed_record_is_compared_again(everything):
    twins = everything.resolved.golden.ids[everything.resolved.golden.ids.duplicated()]
    changed = FEATURES.copy()
    changed.loc[twins.index[0], ["jan_aadhaar", "full_name", "mobile", "address"]] = [
        "712345678901", "Zyx Wvuts", "6123456789", "1 Elsewhere",
    ]  # fmt: skip
    changed.loc[twins.index[0], "date_of_birth"] = pd.Timestamp("1950-05-05")
    done = update(changed, after(everything), SECOND)
    assert list(done.arrived.changed) == [twins.index[0]]
    (told,) = done.resolved.golden.changes.to_dict("records")
    assert (told["golden_id"], told["change"]) == (twins.iloc[0], "split")
    assert done.resolved.touched == {twins.iloc[0], told["other"]}
    assert partition(done.resolved.golden.ids) == partition(update(changed).resolved.golden.ids)


def test_records_that_are_gone_leave_no_trace(everything):
    gone = FEATURES.index[:50]
    rest = FEATURES.drop(gone)
    done = update(rest, after(everything), SECOND)
    assert set(done.arrived.gone) == set(gone)
    assert partition(done.resolved.golden.ids) == partition(update(rest).resolved.golden.ids)
    left = done.entity_map.set_index("record_id")["gone_on"].dropna()
    assert set(left.index) == set(gone)
    assert set(left) == {pd.Timestamp(SECOND)}
    assert not set(done.scored_pairs["left"]) & set(gone)


def test_records_that_return_have_the_ids_that_they_had(everything):
    half = FEATURES.iloc[::2]
    away = update(half, after(everything), SECOND)
    back = update(FEATURES, after(away), THIRD)
    was, now = everything.resolved.golden.ids, back.resolved.golden.ids
    assert partition(now) == partition(was)
    # Without the others two records looked like one person: that id had been merged.
    told = back.resolved.golden.changes[["golden_id", "other"]]
    assert set(now[now != was]) <= {*told.to_numpy().ravel()}
    assert (now == was).mean() > 0.99
    assert back.entity_map["gone_on"].isna().all()
    still = update(half, after(away), THIRD)
    assert still.resolved.golden.changes.empty
    assert set(written(still).values()) == {(0, 0)}


def test_a_record_that_returns_has_the_id_that_its_own_was_merged_into(everything):
    known = after(everything)
    ids = everything.resolved.golden.ids
    stranger = ids.index[~ids.duplicated(keep=False)][0]
    old = known.entity_map.loc[stranger, "golden_id"]
    table = known.entity_map.copy()
    table.loc[[stranger], "gone_on"] = pd.Timestamp(FIRST)
    other = table.index[table["golden_id"] != old][0]
    table.loc[other, "golden_id"] = old  # as if it had been one person with another record
    away = update(FEATURES.drop(stranger), replace(known, entity_map=table), SECOND)
    merged = away.resolved.golden.successors()
    kept = away.entity_map.set_index("record_id").loc[stranger, "golden_id"]
    assert kept == merged.get(old, old)


def test_the_same_model_under_another_name_compares_everything_and_nothing_changes(everything):
    done = update(FEATURES, after(everything), SECOND, model_id="m-2")
    assert len(done.arrived.compared) == len(FEATURES)
    assert (len(done.arrived.new), len(done.arrived.changed)) == (0, 0)
    assert done.resolved.golden.ids.equals(everything.resolved.golden.ids)
    assert written(done)["entity_map"] == (0, 0)


def test_the_ids_stay_with_a_model_that_was_fitted_otherwise(everything):
    other = fit(
        FEATURES, match_threshold=0.999, blocking_fields=[["mobile"], ["full_name"]]
    ).linkage
    done = update(FEATURES, after(everything), SECOND, "m-2", other)
    before, now = everything.resolved.golden.ids, done.resolved.golden.ids
    assert partition(now) != partition(before)
    assert partition(now) == partition(update(FEATURES, model=other).resolved.golden.ids)
    same = partition(now) & partition(before)
    unchanged = [record for people in same for record in people]
    assert now[unchanged].equals(before[unchanged])
    assert len(unchanged) > 0.9 * len(FEATURES)
    assert not done.resolved.golden.changes.empty


def test_names_in_parts_a_family_id_and_other_texts_each_have_their_own_rule():
    names = FEATURES["full_name"].str.split(" ", n=1)
    table = FEATURES.drop(columns="full_name").assign(
        first_name=names.str[0], last_name=names.str[1], work=FEATURES["district"] + " farm"
    )
    texts = ["jan_aadhaar", "first_name", "last_name", "mobile", "address", "pincode", "work"]
    columns = Columns.model_validate(made.COLUMNS.model_dump() | {"text": texts})
    model = (
        spec(names=["first_name", "last_name"], id_belongs_to="family")
        .fit(Dataset(table, columns), DEDUPLICATION, seed=0, allowed_prefixes=())
        .linkage
    )
    first = str(table["first_name"].iloc[0])
    one = table.iloc[[0, 0, 0]].set_axis(["a", "b", "c"])
    one["first_name"] = [first[0], first[0], first]
    one["work"] = ["a farm", "a farm", "own farm"]
    one["jan_aadhaar"] = ["712345678901", "712345678901", "712345678910"]
    one["mobile"] = ["9829012345", "9829012345", "9829012346"]
    days = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]), one.index)
    (golden,) = update(one, model=model, registered=days).golden_records.to_dict("records")
    why = {field: told["why"] for field, told in json.loads(golden["provenance"]).items()}
    assert (golden["first_name"], why["first_name"]) == (first, "spelled out")
    assert (golden["work"], why["work"]) == ("a farm", "most often")
    assert (golden["jan_aadhaar"], why["jan_aadhaar"]) == ("712345678901", "most often")
    assert (golden["mobile"], why["mobile"]) == ("9829012346", "newest")
