"""What `mlops-assets compare` prints of versions, on sides that need no registry."""

from collections.abc import Sequence

from mlops_assets.cli.compare import print_sides
from mlops_assets.registry.compare.report import Side
from mlops_assets_tests.registry.compare.test_report import FOUR, THREE


def printed(capsys, sides: Sequence[Side]) -> list[str]:
    """The lines below the title."""
    print_sides(sides)
    return capsys.readouterr().out.removeprefix("\n").splitlines()


def test_the_terminal_shows_how_far_a_metric_moved(capsys):
    lines = printed(capsys, [THREE, FOUR])
    assert lines[4].split() == ["Metrics", "version", "3", "version", "4", "change"]
    cells = "roc_auc 0.900 [0.880, 0.920] 0.910 [0.890, 0.930] +0.0100"
    assert lines[5].split() == cells.split()
    assert lines[6].split() == ["recall", "0.5000", "-", "-"]
    assert not any(line.startswith("seed") for line in lines)
    assert lines[-1] == "1 the same"


def test_a_count_moves_by_whole_numbers(capsys):
    counted = [
        Side(label=f"version {n}", metrics={"pairs": {"value": n, "low": n, "high": n}})
        for n in (1200.0, 1.0)
    ]
    assert printed(capsys, counted)[1].split() == ["pairs", "1,200", "1", "-1,199"]


def test_three_sides_are_printed(capsys):
    assert printed(capsys, [THREE, FOUR, THREE])[0].split()[:3] == ["About", "version", "3"]
