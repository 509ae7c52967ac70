"""The sample of a large table: exact, stable, and independent of order, batches and holdout."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.sample import rows_to_fit, sample_rows
from mlops_assets.errors import InputError
from mlops_assets.features.splitting import groups, held_out
from mlops_assets.platform.table_content import InMemory, TableFile
from mlops_assets.tasks.training_spec import TrainingSpec

ROWS, SAMPLE = 5_000, 400


def table(rows: int = ROWS, *, first: int = 0) -> pd.DataFrame:
    ids = np.arange(first, first + rows)
    return pd.DataFrame({"id": [f"P{i}" for i in ids], "x": ids * 0.5, "y": ids % 2})


def spec(**given) -> TrainingSpec:
    fields = {"target": "y", "identity": ["id"], "columns": {"numeric": ["x"]}, **given}
    return TrainingSpec.model_validate(fields)


def chosen(rows: pd.DataFrame, made: TrainingSpec | None = None, size: int = SAMPLE) -> set[str]:
    found = sample_rows(InMemory(rows), size, made or spec())
    assert [*found.index] == [*range(len(found))]
    return {*found["id"]}


def test_it_has_exactly_the_rows_asked_for():
    assert len(chosen(table())) == SAMPLE
    assert chosen(table(), size=ROWS) == {*table()["id"]}


def test_without_a_sample_or_with_few_rows_all_are_fitted_on():
    for most in (None, ROWS, ROWS + 1):
        pd.testing.assert_frame_equal(rows_to_fit(InMemory(table()), most, spec()), table())
    assert len(rows_to_fit(InMemory(table()), ROWS - 1, spec())) == ROWS - 1


def test_neither_order_nor_batches_nor_types_change_it(tmp_path):
    expected = chosen(table())
    assert chosen(table().sample(frac=1, random_state=1)) == expected
    table().to_parquet(tmp_path / "t.parquet", row_group_size=333)
    assert {*sample_rows(TableFile(tmp_path / "t.parquet"), SAMPLE, spec())["id"]} == expected
    numbers = table().assign(id=range(ROWS))
    words = numbers.assign(id=numbers["id"].astype(str))
    assert {*map(int, chosen(words))} == chosen(numbers)


def test_the_rows_stay_in_it_as_the_table_grows():
    before, more = chosen(table()), pd.concat([table(), table(50, first=ROWS)])
    after = chosen(more)
    new = {*table(50, first=ROWS)["id"]}
    assert len(after) == SAMPLE
    assert after - before <= new  # a row that was left out never comes in
    assert len(before - after) == len(after & new) <= 15


def test_a_changed_value_does_not_move_a_row():
    assert chosen(table().assign(x=-1.0, y=1)) == chosen(table())


def test_rows_of_one_identity_are_in_it_together():
    several = pd.concat([table(1_000)] * 3)
    found = sample_rows(InMemory(several), SAMPLE, spec())
    assert (found["id"].value_counts() == 3).all()
    assert SAMPLE - 3 < len(found) <= SAMPLE


def test_what_the_split_keeps_apart_is_in_it_together():
    lists = table().assign(job=[row // 10 for row in range(ROWS)])
    made = spec(split={"apart": ["job"]})
    found = sample_rows(InMemory(lists), SAMPLE, made)
    assert (found["job"].value_counts() == 10).all()
    assert len(found) == SAMPLE


def test_it_has_as_many_held_out_rows_as_the_table():
    made = spec()
    found = sample_rows(InMemory(table(20_000)), 4_000, made)
    keys = {"identity": ["id"], "timestamp": None, "target": "y"}
    share = held_out(groups(found, made.split, **keys), made.split, None).mean()
    assert share == pytest.approx(0.2, abs=0.02)


def test_without_an_identity_all_columns_but_the_target_decide():
    made = spec(identity=[])
    assert chosen(table().assign(y=0), made) == chosen(table(), made)


def test_one_identity_with_more_rows_than_the_sample_is_refused():
    with pytest.raises(InputError) as error:
        chosen(table().assign(id="P"))
    assert error.value.seen == f"more than {SAMPLE} rows have one value of ['id']"
    assert "`sample.rows`" in error.value.todo


def test_an_identity_that_is_not_there_is_named():
    with pytest.raises(InputError, match="no column 'key' among"):
        chosen(table(), spec(identity=["key"]))
