"""A record has the same name however its column was read, and has one."""

import pandas as pd
import pytest

from mlops_assets.data.record_ids import record_ids
from mlops_assets.errors import InputError


@pytest.mark.parametrize("values", [[7, 8], [7.0, 8.0], ["7", "8"]])
def test_numbers_and_texts_are_the_same_names(values):
    assert record_ids(pd.DataFrame({"id": values}), ["id"]).tolist() == ["7", "8"]


@pytest.mark.parametrize("values", [[7, None], ["7", ""]])
def test_a_record_without_an_id_is_refused(values):
    with pytest.raises(InputError, match="1 of 2 records have no id"):
        record_ids(pd.DataFrame({"id": values}), ["id"])


@pytest.mark.parametrize("identity", [[], ["id", "place"]])
def test_a_record_is_named_by_one_column(identity):
    with pytest.raises(InputError, match="one column that identifies a record"):
        record_ids(pd.DataFrame({"id": [1], "place": [2]}), identity)
