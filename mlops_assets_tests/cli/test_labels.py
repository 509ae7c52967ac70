"""`mlops-assets labels`: which files it takes, and what it says of others."""

from pathlib import Path

import pytest

from mlops_assets.cli.labels import _lines
from mlops_assets.errors import InputError
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

SPEC = {**SMALL, "source": {"type": "csv", "path": "table.csv"}, "identity": ["person"]}


def lines(text: str, settings, folder: Path, **more: object) -> list[bytes]:
    """The lines that a CSV becomes."""
    file = folder / "labels.csv"
    file.write_text(text, encoding="utf-8-sig")  # as a spreadsheet writes it
    return list(_lines(file, LifecycleSpec.model_validate({**SPEC, **more}), settings))


@pytest.mark.parametrize(
    "text",
    [
        "request_id,label\nr1,1\n",
        "request_id,place,label\nr1,3,1\n",
        "person,label\nAda,1\n",
        "person,y\nAda,1\n",
    ],
)
def test_a_label_is_named_by_its_request_or_by_its_identity(text, settings, tmp_path):
    (line,) = lines(text, settings, tmp_path)
    assert b'"label": "1"' in line
    assert b"Ada" not in line


def test_the_label_of_a_regression_is_a_number(settings, tmp_path):
    model = {"type": "sklearn", "estimator": "sklearn.linear_model.LinearRegression"}
    more = {"task": "regression", "model": model, "gates": {}}
    (line,) = lines("request_id,label\nr1,2.50\n", settings, tmp_path, **more)
    assert b'"label": 2.5' in line
    with pytest.raises(InputError, match="no usable"):
        lines("request_id,label\nr1,high\n", settings, tmp_path, **more)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("request_id,label\nr1,1\n,0\n", ":3:"),
        ("request_id,label\nr1,\n", ":2:"),
        ("name,label\nx,1\n", ":2:"),
        ("request_id,place,label\nr1,-1,1\n", ":2:"),
    ],
)
def test_a_line_that_names_no_row_is_named(text, where, settings, tmp_path):
    with pytest.raises(InputError) as caught:
        lines(text, settings, tmp_path)
    assert where in caught.value.seen


def test_a_file_that_is_not_there(settings, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        list(_lines(tmp_path / "none.csv", LifecycleSpec.model_validate(SPEC), settings))
