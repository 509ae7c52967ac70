"""Python sources, on functions of this file."""

import pandas as pd
import pytest

from mlops_assets.data.sources.python import PythonSource
from mlops_assets.errors import InputError

HERE = __name__


def squares(count: int) -> pd.DataFrame:
    return pd.DataFrame({"square": [n * n for n in range(count)]})


def word() -> str:
    return "no table"


def read(settings, function: str, **arguments) -> pd.DataFrame:
    # The allowed prefix is a module here; outside of tests it is a package.
    settings = settings.model_copy(update={"allowed_prefixes": (f"{HERE}.",)})
    return PythonSource(function=function, arguments=arguments).read(settings)


def test_function_with_arguments(settings):
    assert read(settings, f"{HERE}.squares", count=3)["square"].tolist() == [0, 1, 4]


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("os.getcwd", {}, "os.getcwd is not under an allowed prefix"),
        (f"{HERE}more.f", {}, "not under an allowed prefix"),
        # Imported here, defined elsewhere.
        (f"{HERE}.PythonSource", {}, "not under an allowed prefix"),
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
