"""A fit shows its parameters and the trials of its search, in a table and in a picture."""

from mlops_assets.evaluation.figures.trials import trials
from mlops_assets.evaluation.training_result import FitResult
from mlops_assets.evaluation.training_tables import best_trial, parameter_list, trial_table
from mlops_assets.kinds.base import Summary, Trial
from mlops_assets_tests.pictures import size, texts


def searched(scores: list[float], chosen: int) -> Summary:
    found = [
        Trial({"C": 10.0**at}, {"cv_x": score, "cv_x_std": 0.01}) for at, score in enumerate(scores)
    ]
    return Summary({"C": 10.0**chosen, "penalty": None, "rows": 440}, {}, found)


def numbers(table: str) -> list[int]:
    return [int(line.split("|")[1]) for line in table.splitlines()[2:]]


def test_the_best_trials_come_first_whether_high_or_low_is_good():
    high = searched([0.7, 0.9, 0.8, 0.5, 0.6, 0.4], chosen=1)
    assert numbers(trial_table(high)) == [2, 3, 1, 5, 4]
    low = searched([0.7, 0.9, 0.8, 0.5, 0.6, 0.4], chosen=5)
    assert numbers(trial_table(low)) == [6, 4, 5, 1, 3]
    assert "| 6 | 0.4 | C 100000.0 |" in trial_table(low)


def test_the_chosen_trial_is_the_one_with_the_fitted_parameters():
    summary = searched([0.7, 0.9, 0.8], chosen=2)
    assert best_trial(summary) == 2
    drawn = trials(summary)
    assert texts(drawn) == ["trial", "chosen"]
    assert drawn.axes[0].get_ylabel() == "cv x"
    size(drawn)


def test_parameters_are_shown_as_far_as_dagster_shows_them():
    given = {"C": 1.0, "penalty": None, "a|b": "sklearn.ensemble.HistGradientBoostingClassifier"}
    assert parameter_list(given).splitlines() == [
        "- C = 1.0",
        "- a&#124;b = …semble.HistGradientBoostingClassifier",
    ]
    many = parameter_list({f"parameter_{number}": "x" * 99 for number in range(40)})
    assert len(many) < 1_000
    assert many.endswith("others in MLflow")


def test_a_fit_without_a_search_shows_parameters_and_no_picture():
    result = FitResult(Summary({"C": 1.0}, {"train_fit_seconds": 0.592703}))
    shown = result.panel()
    assert shown["train_fit_seconds"] == 0.593
    assert "- C = 1.0" in shown["parameters"].text
    assert "best_trials" not in shown
    assert list(result.figures()) == []
