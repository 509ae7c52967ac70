"""Evidently's pages, made safe against markup in column names and labels."""

import re
from typing import Any

DATA = re.compile(r"^ *var (?:additional_graphs_)?metric_\w+ = .*$", re.M)
"""The two script lines that hold the page's data as JSON."""


def evidently_page(snapshot: Any) -> str:
    """A snapshot as one HTML file that loads nothing from anywhere.

    Evidently 0.7 writes its data unescaped into a script, where a label `</script>` would end it.
    """
    page, lines = DATA.subn(
        lambda line: line[0].replace("<", r"\u003c"), snapshot.get_html_str(as_iframe=False)
    )
    if lines != 2:
        raise RuntimeError(f"Evidently's page has its data in {lines} lines of script, expected 2")
    return page
