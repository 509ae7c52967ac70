"""Two people, or a person and a cron job, run the same command on one home at the same moment."""

from pathlib import Path

import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.world import small_table, small_yaml

pytestmark = pytest.mark.process


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """A project with a table, and no state yet."""
    folder = tmp_path / "project"
    folder.mkdir()
    small_table().to_csv(folder / "table.csv", index=False)
    return make_checkout(folder)


def together(checkout: Checkout, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """The exit code of each command, and what it said, begun at the same moment."""
    running = [checkout.start(*command) for command in commands]
    done = [command.finish() for command in running]
    return sorted((it.returncode, it.stdout + it.stderr) for it in done)


def test_of_two_new_models_of_one_name_one_is_written_whole(checkout):
    new = ("new", "fresh", "--csv", "table.csv", "--target", "y")
    (won, _), (lost, said) = together(checkout, new, new)
    assert (won, lost) == (0, 2), said
    assert "exists already" in said
    folder = checkout.folder / "mlops_assets" / "defs" / "fresh"
    assert [path.name for path in folder.iterdir()] == ["defs.yaml"]
    assert checkout.run("models").returncode == 0


def test_of_two_backups_to_one_folder_one_is_whole(checkout, tmp_path):
    assert checkout.run("init").returncode == 0
    place = str(tmp_path / "backup")
    (won, _), (lost, said) = together(checkout, ("backup", place), ("backup", place))
    assert (won, lost) == (0, 2), said
    assert "backup" in said
    restored = checkout.run("restore", place, "--to", str(tmp_path / "restored"))
    assert restored.returncode == 0, restored.stderr


def test_two_monitors_of_one_day_both_end_and_the_day_counts_once(checkout):
    source = "{type: simulator, name: heart_disease, rows: 200, days: 2}"
    text = small_yaml("small").replace("{type: csv, path: table.csv}", source)
    text = text.replace("target: y", "target: target").replace("[x]", "[age, chol]")
    checkout.model("small", text)
    checkout.play(("small", "retrain", "2026-01-04"))
    day = ("monitor", "small", "--day", "2026-01-05")
    assert [code for code, _ in together(checkout, day, day)] == [0, 0]
    pointers = (checkout.settings.home / "lake" / "small" / "predictions").rglob("newest.json")
    assert [Path(path).parent.name for path in pointers] == ["2026-01-05"]
    assert checkout.run("doctor").returncode == 0
