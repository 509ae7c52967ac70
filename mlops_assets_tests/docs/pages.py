"""The pages a newcomer reads, and what is shown on them: code blocks, code in sentences, links."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")


class Shown(NamedTuple):
    """A code block, or code in a sentence, and where it is."""

    page: Path
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        """`docs/loop.md:12`."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Shown]:
    """The code blocks of a page, in order; `info` is what stands after the three backticks."""
    text = page.read_text(encoding="utf-8")
    return [
        Shown(page, text.count("\n", 0, it.start()) + 1, it[1].strip(), it[2])
        for it in FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its code blocks, with as many lines."""
    text = page.read_text(encoding="utf-8")
    return FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)


def spans(page: Path) -> list[Shown]:
    """The code in sentences, in order."""
    text = prose(page)
    return [
        Shown(page, text.count("\n", 0, it.start()) + 1, "", it[1]) for it in CODE.finditer(text)
    ]


def everywhere(shown: Callable[[Path], list[Shown]]) -> list[Shown]:
    """`blocks` or `spans` of all pages."""
    return [it for page in PAGES for it in shown(page)]
