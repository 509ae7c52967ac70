"""How a CSV file is written is found out, kept, and read the same later."""

import pytest

from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.csv_form import SPREADSHEET_ERRORS, CsvForm

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
