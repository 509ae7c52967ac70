"""A content with further columns, in batches and as a whole."""

import pandas as pd

from mlops_assets.platform.table_content import InMemory, TableFile
from mlops_assets.platform.wider_content import WiderContent

TABLE = pd.DataFrame({"id": list("abcde"), "event": [None, 1.0, None, None, 0.0]})
FURTHER = pd.DataFrame({"event": [1.0, 0.0, 1.0, 0.0, None], "late": list("vwxyz")})
WHOLE = TABLE.assign(event=FURTHER["event"], late=FURTHER["late"])


def test_batches_and_the_whole_have_the_further_columns(tmp_path):
    TABLE.to_parquet(tmp_path / "rows.parquet", row_group_size=2)
    for content, count in ((InMemory(TABLE), 1), (TableFile(tmp_path / "rows.parquet"), 3)):
        wider = WiderContent(content, FURTHER)
        batches = list(wider.batches())
        assert len(batches) == count
        pd.testing.assert_frame_equal(pd.concat(batches), WHOLE)
        pd.testing.assert_frame_equal(wider.frame(), WHOLE)
        pd.testing.assert_frame_equal(wider.first, WHOLE.head(len(content.first)))
        assert wider.columns == [*WHOLE]
        assert wider.rows == 5


def test_only_the_columns_that_are_asked_for_are_given():
    wider = WiderContent(InMemory(TABLE), FURTHER)
    for names in (["late"], ["event", "id"], ["id"]):
        (batch,) = wider.batches(names)
        pd.testing.assert_frame_equal(batch, WHOLE[names])
