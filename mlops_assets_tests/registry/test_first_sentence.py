"""The description of a version begins with what a person wants to know, after every change."""

import pytest

from mlops_assets.registry.model_card import HISTORY
from mlops_assets_tests.versions import DAY, GATES, evaluated

CARD = f"# churn-model\n\n## Purpose\n\nWho leaves.\n\n{HISTORY}\n\nNo stage changes yet."


@pytest.fixture
def add(registry):
    """Registers a version with a card; its number."""

    def register(fingerprint: str, *, passed: bool = True, description: str = CARD) -> str:
        made = evaluated(registry, fingerprint, passed=passed)
        version = registry.register(made, description=description, trained_through=DAY)
        return str(version.version)

    return register


def begins(registry, number: str) -> str:
    text = registry.version(number).description
    assert text.count("# churn-model") == text.count(HISTORY) == 1
    return text.partition("\n")[0]


def test_it_follows_every_change(registry, add):
    first = add("f1")
    assert begins(registry, first) == "Version 1: passed 1 gate, staged, waits for approval."
    done = registry.promote(first, why="good", gates=GATES, since=DAY)
    since = f"{done.at:%Y-%m-%d %H:%M} UTC"
    assert begins(registry, first) == f"Version 1: passed 1 gate, in production since {since}."
    second, third = add("f2"), add("f3")
    superseded = "Version 2: passed 1 gate, archived: superseded by version 3."
    assert begins(registry, second) == superseded
    registry.promote(third, why="better", gates=GATES, since=DAY)
    assert "archived: superseded by version 3." in begins(registry, first)
    registry.rollback(reason="worse_than *ever*")
    assert "in production since" in begins(registry, first)
    assert begins(registry, third).endswith("rejected: worse_than &#42;ever&#42;.")
    registry.archive(first, reason="x" * 500, force=True)
    assert begins(registry, first).endswith("x….")
    assert len(begins(registry, first)) < 250


def test_it_says_what_failed(registry, add):
    failed = add("f1", passed=False)
    expected = "Version 1: failed 1 of 1 gate, rejected: roc_auc: said so."
    assert begins(registry, failed) == expected
    registry.promote(failed, why="the only one", gates=GATES, since=DAY, force=True)
    assert "failed 1 of 1 gate, in production by force since" in begins(registry, failed)


def test_a_description_of_somebody_else_stays(registry, add):
    version = add("f1", description="# mine")
    registry.promote(version, why="good", gates=GATES, since=DAY)
    assert registry.version(version).description == "# mine"
