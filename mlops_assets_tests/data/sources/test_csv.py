"""CSV sources: local files, headers, and what is refused."""

import gzip
import hashlib
import json

import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.errors import InputError

CLEVELAND = "63.0,1.0,?\n67.0,1.0,3.0\n"


def read(settings, text: str | bytes, **fields) -> pd.DataFrame:
    path = settings.project_root / "data.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return CsvSource(path="data.csv", **fields).read(settings)


def test_relative_path_starts_at_the_project(settings):
    expected = pd.DataFrame({"a": [1, 3], "b": ["x", float("nan")]})
    pd.testing.assert_frame_equal(read(settings, "a,b\n1,x\n3,\n"), expected)


def test_absolute_path(settings, tmp_path):
    path = tmp_path / "elsewhere.csv"
    path.write_text("a\n1\n")
    assert CsvSource(path=str(path)).read(settings)["a"].tolist() == [1]


def test_separator(settings):
    assert list(read(settings, "a;b\n1;2\n", separator=";")) == ["a", "b"]


def test_byte_order_mark_is_no_part_of_the_first_name(settings):
    assert list(read(settings, b"\xef\xbb\xbfa,b\n1,2\n")) == ["a", "b"]


def test_compressed_file(settings):
    (settings.project_root / "data.csv.gz").write_bytes(gzip.compress(b"a\n1\n"))
    assert CsvSource(path="data.csv.gz").read(settings)["a"].tolist() == [1]


def test_file_without_header(settings):
    table = read(settings, CLEVELAND, column_names=["age", "sex", "thal"], na_values=["?"])
    expected = pd.DataFrame({"age": [63.0, 67.0], "sex": [1.0, 1.0], "thal": [None, 3.0]})
    pd.testing.assert_frame_equal(table, expected)


def test_blank_names_are_not_repeated_names(settings):
    assert list(read(settings, ",a,\n0,1,2\n")) == ["Unnamed: 0", "a", "Unnamed: 2"]


def test_the_right_hash_is_accepted_in_any_case(settings):
    sha256 = hashlib.sha256(b"a\n1\n").hexdigest().upper()
    assert len(read(settings, "a\n1\n", sha256=sha256)) == 1


def test_another_hash_shows_both(settings):
    found = hashlib.sha256(b"a\n1\n").hexdigest()
    with pytest.raises(InputError, match=f"(?s){found}.*{'0' * 64}"):
        read(settings, "a\n1\n", sha256="0" * 64)


def test_missing_file_names_the_nearest(settings):
    (settings.project_root / "customers.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match=r"nearest name is 'customers\.csv'"):
        CsvSource(path="customer.csv").read(settings)


def test_missing_folder_is_said(settings):
    with pytest.raises(InputError, match=r"no folder .*nowhere"):
        CsvSource(path="nowhere/customer.csv").read(settings)


def test_a_folder_is_no_file(settings):
    (settings.project_root / "folder").mkdir()
    with pytest.raises(InputError, match="folder is a folder"):
        CsvSource(path="folder").read(settings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "could not be read: No columns"),
        ("\n\n", "could not be read: No columns"),
        ("a,b\n", r"no rows; its columns are \['a', 'b'\]"),
        ("a,a,b\n1,2,3\n", r"more than one column named \['a'\]"),
        ("a,b\n1,2,3\n", "more values than the 2 names"),
        ("a,b\n1,2\n1,2,3\n", "Expected 2 fields in line 3, saw 3"),
        (b"a,b\n\xff\xfe,2\n", "utf-8"),
    ],
)
def test_unusable_files(settings, text, message):
    with pytest.raises(InputError, match=message):
        read(settings, text)


def test_column_names_must_fit_the_first_line(settings):
    with pytest.raises(InputError, match="first line has 3 values, not 2"):
        read(settings, CLEVELAND, column_names=["age", "sex"])


def test_column_names_must_differ(settings):
    with pytest.raises(InputError, match=r"column named \['age'\]"):
        read(settings, CLEVELAND, column_names=["age", "age", "sex"])


def test_values_are_recoded_by_column(settings):
    (settings.project_root / "uci.data").write_text("63.0,0\n67.0,2\n41.0,4\n")
    names = ["age", "target"]
    recode = {"target": {2: 1, 3: 1, 4: 1}}
    source = CsvSource(path="uci.data", column_names=names, recode=recode)
    assert source.read(settings)["target"].tolist() == [0, 1, 1]


def test_recoding_a_column_that_is_not_there_names_the_nearest(settings):
    (settings.project_root / "rows.csv").write_text("target\n1\n")
    with pytest.raises(InputError, match="nearest name is 'target'"):
        CsvSource(path="rows.csv", recode={"targt": {1: 2}}).read(settings)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_named(settings, separator):
    text = f"a{separator}b\n1,5{separator}2\n"
    with pytest.raises(InputError, match=r"has a single column 'a.*b'") as caught:
        read(settings, text)
    assert f"`separator: {json.dumps(separator)}` in defs.yaml" in str(caught.value)
    assert list(read(settings, text, separator=separator)) == ["a", "b"]


def test_a_file_in_latin_1_is_told_how_to_become_utf_8(settings):
    with pytest.raises(
        InputError, match=r"not UTF-8 text .*0xe9.*`encoding: cp1252`.*iconv -f CP1252 -t UTF-8"
    ):
        read(settings, "a,b\né,2\n".encode("latin-1"))


def test_a_file_in_utf_16_is_told_its_encoding(settings):
    text = "a,b\né,2\n".encode("utf-16")
    with pytest.raises(InputError, match=r"`encoding: utf-16` in defs.yaml"):
        read(settings, text)
    assert read(settings, text, encoding="utf-16")["b"].tolist() == [2]


def test_an_unknown_encoding_is_said(settings):
    for encoding in ("utf-99", "hex"):
        with pytest.raises(ValidationError, match=f"`encoding` is '{encoding}'"):
            CsvSource(path="t.csv", encoding=encoding)


@pytest.mark.parametrize("path", ["~no-such-user/t.csv", "x" * 5000])
def test_what_can_be_no_path_is_said(settings, path):
    with pytest.raises(InputError, match=r"the path '.*correct `path`"):
        CsvSource(path=path).read(settings)


def test_rows_by_a_number_that_pandas_reads_with_a_point(tmp_path, settings):
    path = tmp_path / "people.csv"
    path.write_text("id,name\n1,Ann\n,Bo\n3,Cy\n")
    rows = CsvSource(path=str(path)).read_rows(settings, "id", ["3", "4"])
    assert rows["name"].tolist() == ["Cy"]
