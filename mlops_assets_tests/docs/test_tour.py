"""The pictures of the tour: each can be taken again, is shown, and is small."""

import re

from mlops_assets_tests.docs.pages import ROOT
from mlops_assets_tests.tour.shots import SHOTS

MOST = 150_000  # bytes


def test_the_tour_shows_what_can_be_taken_again():
    shown = re.findall(r"!\[[^\]]+\]\((\w+)\.png\)", (ROOT / "docs/tour.md").read_text("utf-8"))
    assert sorted(shown) == sorted(shot.name for shot in SHOTS)


def test_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs").glob("*.png")}
    assert {name for name, size in sizes.items() if size > MOST} == set()
