"""Templates are part of the package, escape what they are given and accept no gap."""

import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from jinja2 import UndefinedError

from mlops_assets.platform.templates import render

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "mlops_assets").rglob("*.j2"))
ATTACK = "</script><img src=x onerror=alert(1)>"


def test_the_wheel_has_every_template(tmp_path):
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    assert {str(path) for path in TEMPLATES} <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_template_is_found_through_the_package(path):
    package = ".".join(path.parent.parent.parts)
    assert path.name.endswith(".html.j2")
    assert (files(package) / "templates" / path.name).read_text(encoding="utf-8")


def test_values_are_escaped_and_a_missing_one_is_an_error():
    page = render("mlops_assets.data.profile", "nothing_to_show.html.j2", why=ATTACK)
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert ATTACK not in page
    with pytest.raises(UndefinedError, match="why"):
        render("mlops_assets.data.profile", "nothing_to_show.html.j2")
