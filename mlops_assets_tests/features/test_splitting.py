"""A row never changes sides: not with its order, its dtype, its neighbours or new days."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.dataset_version import dataset_version
from mlops_assets.features.splitting import Split, folds, groups, held_out, left_out, row_order


def people(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "age": rng.integers(20, 80, rows),
            "note": rng.choice(["a", "b", None], rows),
            "y": rng.integers(0, 2, rows),
        }
    )


def held(table, identity=("id",), timestamp=None, **split) -> pd.Series:
    options = {"identity": list(identity), "timestamp": timestamp, "target": "y"}
    found = groups(table, Split(**split), **options)
    return held_out(found, Split(**split), timestamp)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_about_the_asked_share_is_held_out(share):
    assert held(people(20_000), holdout=share).mean() == pytest.approx(share, abs=0.01)
    assert held(people(20_000), identity=(), holdout=share).mean() == pytest.approx(share, abs=0.01)


def test_a_row_keeps_its_side_in_another_order_and_with_more_rows():
    table = people(500)
    sides = held(table)
    shuffled = people(900).sample(frac=1, random_state=1)
    assert held(shuffled)[table.index].equals(sides)


def test_a_row_keeps_its_side_when_its_identity_is_read_as_float_or_text():
    table = people(500)
    sides = held(table)
    for kind in ("float64", "str", "Int64", "category"):
        assert held(table.astype({"id": kind})).equals(sides)


def test_a_row_without_identity_keeps_its_side_when_its_label_is_corrected():
    table = people(500)
    assert held(table, identity=()).equals(held(table.assign(y=1 - table.y), identity=()))
    assert not held(table, identity=()).equals(held(table.assign(age=1), identity=()))


def test_rows_of_one_identity_are_on_the_same_side():
    table = pd.concat([people(200), people(200).assign(age=0)])
    assert (held(table).groupby(table["id"]).nunique() == 1).all()


def test_rows_of_one_identity_are_in_the_same_fold():
    table = pd.concat([people(200), people(200).assign(age=0)])
    found = folds(groups(table, Split(), identity=["id"], timestamp=None, target="y"), 5)
    assert (pd.Series(found).groupby(table["id"].to_numpy()).nunique() == 1).all()
    assert np.bincount(found).tolist() == [80] * 5


def test_whole_days_of_training_are_in_every_fold():
    table = days(100)
    found = groups(table, Split(), identity=[], timestamp="t", target="y")
    training = found[~held(table, timestamp="t")]
    number = pd.Series(folds(training, 5), training.index)
    assert (number.groupby(table["t"].dt.date).nunique().dropna() == 1).all()
    assert number.value_counts().to_dict() == dict.fromkeys(range(5), 64)


def test_more_folds_than_days_are_refused():
    found = groups(days(4), Split(), identity=[], timestamp="t", target="y")
    with pytest.raises(InputError, match="4 identities or blocks of time in 16 training rows"):
        folds(found, 5)


def test_a_greater_holdout_keeps_the_rows_of_a_smaller_one():
    table = people(1000)
    assert held(table, holdout=0.3)[held(table, holdout=0.2)].all()


def days(count: int, start="2026-01-01") -> pd.DataFrame:
    times = pd.date_range(start, periods=count * 4, freq="6h")
    return pd.DataFrame({"t": times, "y": 0})


def test_whole_days_are_held_out_evenly():
    table = days(100)
    sides = held(table, timestamp="t")
    by_day = sides.groupby(table["t"].dt.date)
    assert (by_day.nunique() == 1).all()
    chosen = np.flatnonzero(by_day.first())
    assert len(chosen) == 20
    assert set(np.diff(chosen)) == {5}


@pytest.mark.parametrize("share", [0.05, 0.17, 0.2, 0.33, 0.5])
def test_a_day_keeps_its_side_as_new_days_arrive(share):
    old, new = days(40), days(70)
    before = held(old, timestamp="t", holdout=share)
    after = held(new, timestamp="t", holdout=share)
    assert after[old.index].equals(before)
    assert held(days(1000), timestamp="t", holdout=share).mean() == pytest.approx(share, abs=0.002)


@pytest.mark.parametrize(("block", "freq"), [("hour", "h"), ("week", "W-SUN"), ("month", "M")])
def test_other_blocks_are_kept_whole(block, freq):
    table = pd.DataFrame({"t": pd.date_range("2025-01-01", periods=9000, freq="90min"), "y": 0})
    sides = held(table, timestamp="t", block=block)
    assert (sides.groupby(table["t"].dt.to_period(freq)).nunique() == 1).all()


def test_times_may_be_text_with_a_zone():
    table = days(30)
    text = table.assign(t=table["t"].dt.tz_localize("UTC").astype(str))
    assert held(text, timestamp="t").equals(held(table, timestamp="t"))


def test_by_identity_can_be_asked_for_beside_a_timestamp():
    table = people(200).assign(t=pd.Timestamp("2026-01-01"))
    assert held(table, timestamp="t", by="identity").equals(held(table))


def test_rows_that_cannot_be_split_are_an_error_that_says_what_to_do():
    one_day = pd.DataFrame({"t": pd.date_range("2026-01-01", periods=20, freq="h"), "y": 0})
    with pytest.raises(InputError, match=r"all 20 rows are .*add rows from more days"):
        held(one_day, timestamp="t")
    with pytest.raises(InputError, match="no timestamp column is set"):
        held(one_day, by="time")
    with pytest.raises(InputError, match="1 of 21 rows have no 't'"):
        held(one_day.reindex(range(21)), timestamp="t")
    with pytest.raises(InputError, match=r"all 3 rows .*choose columns for `identity`"):
        held(people(3).assign(id=1))
    with pytest.raises(InputError, match="nearest name is 'id'"):
        held(people(3), identity=("idd",))


@pytest.mark.parametrize("share", [0.04, 0.51])
def test_a_holdout_that_leaves_too_little_is_refused(share):
    with pytest.raises(ValidationError, match="holdout"):
        Split(holdout=share)


def test_the_order_of_rows_follows_from_their_content():
    table = people(300)
    shuffled = table.sample(frac=1, random_state=2)
    for identity in (["id"], []):
        first = table.iloc[row_order(table, identity, "y")]
        again = shuffled.iloc[row_order(shuffled, identity, "y")]
        assert first.equals(again)
        assert not first.equals(table)


def test_a_corrected_value_does_not_move_its_row():
    table = people(300)
    corrected = table.assign(age=0)
    assert (row_order(table, ["id"], "y") == row_order(corrected, ["id"], "y")).all()


def test_the_version_ignores_order_and_nothing_else():
    table = people(300)
    version = dataset_version(table)
    assert len(version) == 16
    assert (
        dataset_version(table.sample(frac=1, random_state=3)[["y", "note", "id", "age"]]) == version
    )
    changed = [
        table.assign(age=table.age.where(table.id != 299, 19)),
        table.rename(columns={"age": "years"}),
        table.astype({"age": "float64"}),
        table.astype({"age": "str"}),
        table.head(299),
        pd.concat([table, table.tail(1)]),
        table.assign(note=table.note.fillna("")),
        table.assign(age=table.id, id=table.age),
    ]
    assert len({version, *map(dataset_version, changed)}) == 1 + len(changed)


def test_the_version_of_the_same_values_in_another_engine_is_the_same():
    table = people(300)
    assert dataset_version(table.astype({"id": "Int64", "note": "string"})) == dataset_version(
        table
    )


def test_even_an_empty_table_has_a_version():
    assert dataset_version(people(0)) != dataset_version(people(0)[["id"]])


def pairs(rows: int = 3_000) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    people = [f"p{it}" for it in rng.integers(0, rows, rows)]
    return pd.DataFrame({"job": np.arange(rows) // 10, "person": people, "y": 0})


def sides_of(table: pd.DataFrame, *apart: str) -> tuple[pd.Series, pd.Series]:
    split = Split(apart=list(apart), holdout=0.25)
    found = held(table, apart=list(apart), holdout=0.25)
    return found, left_out(table, found, split)


def test_no_value_that_is_kept_apart_is_on_both_sides_and_groups_are_whole():
    table = pairs()
    held, out = sides_of(table, "job", "person")
    train = table[~held & ~out]
    for name in ("job", "person"):
        assert not {*train[name]} & {*table[held][name]}
    assert held.groupby(table["job"]).nunique().eq(1).all()
    assert held.mean() == pytest.approx(0.25, abs=0.06)
    assert 0.1 < out.mean() < 0.4
    assert not (held & out).any()


def test_rows_are_left_out_for_a_reason_only():
    table = pairs()
    held, out = sides_of(table, "job", "person")
    assert table[out]["person"].isin(table[held]["person"]).all()
    assert not sides_of(table, "job")[1].any()
    nobody = table.assign(person=None)  # a missing value is shared with nobody
    assert not sides_of(nobody, "job", "person")[1].any()


def test_a_held_out_row_stays_held_out_with_more_rows():
    table, more = pairs(), pairs(6_000)
    assert sides_of(more, "job", "person")[0][table.index].equals(sides_of(table, "job")[0])


def test_if_everything_is_shared_with_the_holdout_it_says_so():
    table = pairs().assign(person="same")
    with pytest.raises(InputError, match=r"share one of \['person'\] with a row that is"):
        sides_of(table, "job", "person")


def test_values_are_kept_apart_by_their_hash_or_by_time_not_both():
    with pytest.raises(ValidationError, match="`split` by time, and"):
        Split(apart=["job"], by="time")
    assert Split(apart=["job"]).way("time") == "apart"
