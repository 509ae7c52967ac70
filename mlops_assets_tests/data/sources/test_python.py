"""Python sources, on functions of this file."""

import sys

import pandas as pd
import pytest

from mlops_assets.data.sources.python import PythonSource
from mlops_assets.errors import InputError

HERE = __name__
ALLOWED = tuple(f"{HERE}.{name}" for name in ("squares", "word", "missing.f", "square", "HERE"))


def squares(count: int) -> pd.DataFrame:
    return pd.DataFrame({"square": [n * n for n in range(count)]})


def word() -> str:
    return "no table"


def read(settings, function: str, **arguments) -> pd.DataFrame:
    settings = settings.model_copy(update={"allowed_names": ALLOWED})
    return PythonSource(function=function, arguments=arguments).read(settings)


def test_function_with_arguments(settings):
    assert read(settings, f"{HERE}.squares", count=3)["square"].tolist() == [0, 1, 4]


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("os.getcwd", {}, r"os.getcwd is not a registered function.*squares'.*ALLOWED_NAMES"),
        ("sklearn.utils._testing._delete_folder", {}, "not a registered function"),
        ("mlops_assets.cli.demo.main", {}, "not a registered function"),
        (f"{HERE}.squarez", {}, r"not a registered function; the nearest name is .*squares'"),
        (f"{HERE}.missing.f", {}, "no module"),
        (f"{HERE}.square", {}, "nearest name is 'squares'"),
        (f"{HERE}.HERE", {}, "no function 'HERE'"),
        (f"{HERE}.squares", {"size": 3}, r"cannot be called with \['size'\]"),
        (f"{HERE}.word", {}, "returned a str"),
        (f"{HERE}.squares", {"count": 0}, "no rows"),
    ],
)
def test_refused(settings, function, arguments, message):
    with pytest.raises(InputError, match=message):
        read(settings, function, **arguments)


def test_what_is_not_registered_is_not_even_imported(settings, tmp_path, monkeypatch):
    (tmp_path / "unregistered.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="not a registered function"):
        read(settings, "unregistered.rows")
    assert "unregistered" not in sys.modules


def test_without_any_registered_function_the_error_says_how_to_register(settings):
    with pytest.raises(
        InputError, match=r"Expected: a registered function.*mlops_assets\.functions"
    ):
        PythonSource(function=f"{HERE}.squares").read(settings)
