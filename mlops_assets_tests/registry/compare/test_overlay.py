"""Curves of several versions over each other, from what their evaluations stored."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from mlops_assets.registry.compare.overlay import overlaid, without_curves
from mlops_assets.registry.compare.pages import as_html, as_markdown, picture_files
from mlops_assets.registry.compare.report import sections
from mlops_assets_tests.registry.compare.test_report import FOUR, THREE

CURVE = {"label": "1", "x": [0.0, 0.1, 1.0], "y": [0.0, 0.7, 1.0]}
OTHER = {"label": "1", "x": [0.0, 0.5, 1.0], "y": [0.0, 0.6, 1.0]}
ONE = replace(THREE, curves={"roc_curve": [CURVE]}, groups={"g a: recall": {"value": 0.5}})
TWO = replace(FOUR, curves={"roc_curve": [OTHER]}, groups={"g a: recall": {"value": 0.7}})


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB")).astype(int)


def test_each_side_is_a_line_of_its_own_in_one_picture():
    both = overlaid([ONE, TWO])
    assert list(both) == ["roc_curve"]
    same = overlaid([ONE, replace(TWO, curves=ONE.curves)])["roc_curve"]
    assert np.abs(pixels(both["roc_curve"]) - pixels(same)).sum() > 0


def test_a_curve_of_one_side_is_not_drawn_and_the_page_says_whose_are_missing():
    assert overlaid([ONE, FOUR]) == {}
    assert without_curves([ONE, FOUR]) == ["version 4"]
    assert "No curves are stored of version 4" in as_html("t", [ONE, FOUR])
    assert "No curves are stored" not in as_html("t", [ONE, TWO])


def test_curves_of_several_labels_are_a_picture_each():
    def labelled(side):
        return replace(side, curves={"roc_curve": [{**CURVE, "label": it} for it in "abcd"]})

    assert list(overlaid([labelled(ONE), labelled(TWO)])) == [f"roc_curve_{it}" for it in "abc"]


def test_the_pages_have_the_overlaid_curves_and_the_groups():
    page = as_html("t", [ONE, TWO])
    assert 'alt="roc curve of version 3, version 4" src="data:image/png' in page
    assert "overlaid_roc_curve.png" in picture_files([ONE, TWO])
    assert "](p/overlaid_roc_curve.png)" in as_markdown("t", [ONE, TWO], "p")
    (groups,) = [it for it in sections([ONE, TWO]) if it.title == "Groups"]
    assert groups.rows[0].values == ("0.5000", "0.7000")
    assert "<td>+0.2000</td>" in page
