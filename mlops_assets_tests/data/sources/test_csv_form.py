"""How a CSV file is written is found out, kept, and read the same later."""

import pytest

from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.csv_form import SPREADSHEET_ERRORS, CsvForm
from mlops_assets.errors import InputError

NUMBERS = "".join(f"{n};{n},5;A\n" for n in range(40))
ENGLISH = "".join(f"{n},{n}.5,A\n" for n in range(40))


def found(settings, text: str | bytes, separator: str | None = None) -> dict:
    """The fields that are found in a file, which can be read with them."""
    content = text if isinstance(text, bytes) else text.encode()
    (settings.project_root / "t.csv").write_bytes(content)
    source = CsvSource(path="t.csv").recognized(settings, CsvForm(separator=separator or ""))
    source.load(settings)
    return source.model_dump(exclude_defaults=True, exclude={"path"})


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_separator_decimal_comma_and_encoding_of_a_spreadsheet(settings, encoding):
    kept = {} if encoding.startswith("utf-8") else {"encoding": encoding}
    expected = {"separator": ";", "decimal": ",", **kept}
    assert found(settings, f"a;b;c\n{NUMBERS}".encode(encoding)) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"a,b,c\n{ENGLISH}",
        "note\nhello you\nbye\n",
        'note\n"hello, you; and me"\n"bye, you; too"\n',
        "name,note\nAnn,a;b\nBo,c;d\n",
        'a,b\n"1,000",2\n"20,000",3\n',
        "a,b\n",
    ],
)
def test_a_plain_file_stays_one(settings, text):
    if text.endswith("b\n"):
        text += "1,2\n"
    assert found(settings, text) == {}


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
def test_other_separators(settings, separator):
    text = f"a,b,c\n{ENGLISH}".replace(",", separator)
    assert found(settings, text) == {"separator": separator}
    assert found(settings, text, separator) == {"separator": separator}


def test_quoted_decimal_commas_between_commas(settings):
    assert found(settings, 'a,b\n"1,5",x\n"2,25",y\n3,z\n') == {"decimal": ","}


def test_decimal_commas_beside_decimal_points_stay_text(settings):
    assert found(settings, "a;b\n1,5;1.5\n2,5;2.5\n") == {"separator": ";"}


def test_a_comma_that_may_be_for_thousands_stays_text(settings):
    assert found(settings, "a;b\n1,500;x\n2,250;y\n") == {"separator": ";"}


@pytest.mark.parametrize("error", ["#DIV/0!", "#VALUE!"])
def test_errors_of_a_spreadsheet_are_missing_values(settings, error):
    text = f"a;b;c\n{NUMBERS}{error};{error};B\n"
    expected = {"separator": ";", "decimal": ",", "na_values": list(SPREADSHEET_ERRORS)}
    assert found(settings, text) == expected


def test_a_given_separator_is_kept(settings):
    assert found(settings, "a;b,c\n1;2,3\n", ",") == {}


@pytest.mark.parametrize(("text", "encoding"), [("Ö;1\n", "cp1252"), ("5 €;1\n", "cp1252")])
def test_text_of_windows_is_found(settings, text, encoding):
    assert found(settings, f"a;b\n{text * 9}".encode("cp1252"))["encoding"] == encoding


def test_latin_1_with_signs_that_windows_has_not_is_found(settings):
    assert found(settings, b"a,b\n\x81\xe9,1\n")["encoding"] == "latin-1"


def test_a_letter_far_below_the_first_lines_decides_the_encoding_too(settings):
    text = "a,b\n" + "x,1\n" * 60_000 + "é,1\n"
    assert found(settings, text.encode("latin-1")) == {"encoding": "cp1252"}
    assert found(settings, text.encode()) == {}


def test_a_given_encoding_is_kept(settings):
    (settings.project_root / "t.csv").write_bytes("a,b\né,1\n".encode("cp850"))
    source = CsvSource(path="t.csv").recognized(settings, CsvForm(encoding="cp850"))
    assert source.load(settings)["a"].tolist() == ["é"]


@pytest.mark.parametrize(
    "text",
    [
        "1,a,2.5\n2,b,3.5\n3,c,1.5\n",
        "5.1;x\n4.2;y\n3.1;z\n",
        "3,1\n1,4\n5,9\n",
    ],
)
def test_a_first_line_of_values_is_no_header(settings, text):
    with pytest.raises(InputError, match=r"the first line of t\.csv has values, not names"):
        found(settings, text)


@pytest.mark.parametrize(
    "text",
    [
        "0,1,2\n5.1,3.5,1.4\n4.9,3.0,1.4\n",
        "country,2019,2020\nDE,1,2\nFR,3,4\n",
        "id,2019\n7,1\n9,3\n",
        "a,b\nx,y\nz,w\n",
    ],
)
def test_names_are_kept_also_if_they_are_numbers(settings, text):
    assert found(settings, text) == {}


def test_a_target_among_the_names_proves_that_they_are_names(settings):
    (settings.project_root / "t.csv").write_text("7,y\n1,2\n3,4\n")
    CsvSource(path="t.csv").recognized(settings, CsvForm(), "y")


def test_a_file_without_names_gets_those_given_or_numbers(settings):
    (settings.project_root / "t.csv").write_text("1,a\n2,b\n")
    for form, names in [
        (CsvForm(no_header=True), ["column_1", "column_2"]),
        (CsvForm(column_names=("n", "letter")), ["n", "letter"]),
    ]:
        table = CsvSource(path="t.csv").recognized(settings, form).load(settings)
        assert (list(table), len(table)) == (names, 2)


@pytest.mark.parametrize(
    ("above", "lines"), [("Report\n", 1), ("Report\n\n", 2), ("Report;;\n;;\n", 2), ("\nA b\n", 2)]
)
def test_lines_above_the_names_are_named(settings, above, lines):
    with pytest.raises(InputError, match=rf"{lines} lines? above its table.*'(Report|A b)"):
        found(settings, f"{above}a;b;c\n{NUMBERS}")


def test_names_of_an_index_are_no_title(settings):
    assert found(settings, ",x\n0,5\n1,7\n") == {}
