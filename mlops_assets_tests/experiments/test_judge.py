"""What an experiment says, from the lines of the log."""

import numpy as np
import pytest

from mlops_assets.experiments.judge import NOTHING
from mlops_assets.spec.experiment import Experiment
from mlops_assets_tests.experiments.log import PLAN, MadeLog

SHADOW = Experiment(days=14, shadow=True)


def better(side: str, number: int) -> bool:
    """The challenger is right nine times of ten, the champion six."""
    return number % 10 < (9 if side == "challenger" else 6)


def same(side: str, number: int) -> bool:
    return number % 10 < 8


@pytest.fixture
def log(tmp_path) -> MadeLog:
    return MadeLog(tmp_path)


def test_without_a_log_there_is_no_experiment(log):
    assert log.judge(1).recommendation == NOTHING


def test_a_better_challenger_wins(log):
    facts = log.days(7, 200, better).judge(7)
    assert facts.outcome == "challenger"
    last = facts.looks[-1]
    assert facts.recommendation == (
        f"challenger wins: {last.difference:+.3f} [{last.low:.3f}, {last.high:.3f}]"
    )
    assert [it.mean for it in facts.variants] == pytest.approx([0.6, 0.9], abs=0.05)
    assert [it.version for it in facts.variants] == ["registry-1", "registry-2"]
    assert sum(it.units for it in facts.variants) == 1400


def test_a_worse_challenger_loses(log):
    def worse(side: str, number: int) -> bool:
        return better("challenger" if side == "champion" else "champion", number)

    assert log.days(7, 200, worse).judge(7).outcome == "champion"


def test_without_a_difference_it_says_to_keep_looking_until_the_end(log):
    log.days(14, 100, same)
    assert log.judge(9).recommendation.startswith("keep looking: 9 of 14 days; ")
    assert log.judge(14).outcome == "no_difference"


def test_nothing_is_judged_before_the_sequence_is_planned(log):
    assert log.days(2, 400, better).judge(2).looks == []


def test_a_sample_ratio_mismatch_stops_it(log):
    for number in range(1000):
        log.row(number // 200, "challenger" if number % 10 < 4 else "champion", 1)
    facts = log.judge(5)
    assert facts.outcome == "mismatch"
    assert "sample ratio mismatch" in facts.recommendation


def test_a_unit_counts_once_by_its_first_row(log):
    for day in range(3):
        log.row(day, "champion", int(day == 0), unit="anna")
    (champion, _) = log.judge(3).variants
    assert (champion.rows, champion.units, champion.labelled, champion.mean) == (3, 1, 1, 1.0)


def test_rows_without_a_label_wait(log):
    log.row(0, "champion", 1, label=None)
    (champion, _) = log.judge(1).variants
    assert (champion.units, champion.labelled, champion.mean) == (1, 0, None)


def test_a_row_that_the_champion_answered_for_the_challenger_is_the_challengers(log):
    for number in range(100):
        log.row(0, "fallback" if number % 2 else "champion", 1)
    champion, challenger = log.judge(1).variants
    assert (champion.units, challenger.units, challenger.labelled) == (50, 50, 0)


def test_another_pair_of_versions_is_another_experiment(log):
    log.days(5, 50, better)
    log.row(6, "champion", 1, experiment="small-2-3", version="registry-2")
    facts = log.judge(7)
    assert (facts.experiment, facts.day) == ("small-2-3", 1)


def test_a_line_that_was_cut_off_is_left_out(log, caplog):
    log.days(1, 10, same).write()
    (file,) = (log.folder / "prediction_log").iterdir()
    file.write_text(file.read_text() + '{"at": "2026-0')
    log.files.clear()
    assert sum(it.rows for it in log.judge(1).variants) == 10
    assert "1 torn lines" in caplog.text


def test_in_the_shadow_both_predict_every_unit(tmp_path):
    log = MadeLog(tmp_path, SHADOW)
    for number in range(700):
        place = {"request": f"s{number}", "unit": ""}
        log.row(number // 100, "champion", int(better("champion", number)), **place)
        log.row(number // 100, "challenger", int(better("challenger", number)), **place)
    facts = log.judge(7)
    assert facts.outcome == "challenger"
    assert facts.mismatch_p is None
    assert [it.units for it in facts.variants] == [700, 700]
    # Pairs vary less than two groups do, so the interval is narrower.
    apart = MadeLog(tmp_path / "apart", PLAN).days(7, 100, better).judge(7).looks[-1]
    last = facts.looks[-1]
    assert last.high - last.low < apart.high - apart.low


def test_a_smaller_mean_absolute_error_wins(tmp_path):
    log = MadeLog(tmp_path, Experiment(share=0.5, unit="id", metric="mae"))
    errors = np.random.default_rng(0).normal(size=1400)
    for number, error in enumerate(errors):
        side = "challenger" if number % 2 else "champion"
        log.row(number // 200, side, 1 + error * (0.5 if number % 2 else 1))
    facts = log.judge(7)
    assert facts.outcome == "challenger"
    assert [it.mean for it in facts.variants] == pytest.approx([0.8, 0.4], abs=0.1)
