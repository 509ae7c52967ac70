"""Links between the pages and to pictures: zensical knows only docs/, and no pictures."""

import re

import pytest

from mlops_assets_tests.docs.pages import PAGES, ROOT, prose

LINK = re.compile(r"\]\(([^)\s]+)\)")
LINKS = [(page, it) for page in PAGES for it in LINK.findall(prose(page)) if ":" not in it]
LINES_OF_README = 150


def anchors(page) -> set[str]:
    """What the headings of a page are called in its address, on a Git host and in the site."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", it.lower()).replace(" ", "-") for it in headings}


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{p.name}:{it}" for p, it in LINKS])
def test_a_link_leads_somewhere(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.is_relative_to(ROOT)
    assert target.exists()
    assert not anchor or anchor in anchors(target)


def test_every_page_is_linked_from_the_readme():
    readme = ROOT / "README.md"
    linked = {(ROOT / it).resolve() for page, it in LINKS if page == readme}
    assert linked >= set(PAGES) - {readme}


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= LINES_OF_README
