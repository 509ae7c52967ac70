"""What a model card says."""

from datetime import date

from mlops_assets.evaluation.records import Evaluation, Slice, TrainedModel
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.model_card import MOST, model_card, with_history
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.versions import verdict_of
from mlops_assets_tests.world import SMALL

SLICE = {"rows": 40, "error": 0.3, "low": 0.2, "high": 0.4}
LATER = ("Worst slices", "Limits", "Loading", "Ledger")
WORSE = {"c = a": 0.1, "x from 0.2 to 0.4": -0.05}


def card(*, passed: bool = True, pyfunc: bool = True, **given) -> str:
    source = {"type": "csv", "path": "table.csv"}
    spec = LifecycleSpec.model_validate({**SMALL, "source": source, **given})
    trained = TrainedModel(
        model_id="m-1",
        run_id="r",
        fingerprint="f1",
        dataset_version="d4t4",
        code_version="c0de",
        reused=False,
    )
    evaluation = Evaluation(
        trained_model=trained,
        metrics={"roc_auc": Metric(value=0.91, low=0.89, high=0.93, support=120)},
        verdict=verdict_of("m-1", passed=passed),
        holdout_rows=120,
        training_rows=280,
        slices=tuple(Slice(**SLICE, slice=name, worse_by=by) for name, by in WORSE.items()),
    )
    return model_card(spec, evaluation, trained_through=date(2026, 1, 4), pyfunc=pyfunc)


def test_it_has_all_that_a_reader_has_to_know():
    text = card(description="Who will leave.", timestamp="at", window="90d")
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == ["Purpose", "Data", "Metrics", "Gates", *LATER]
    for fact in ("Who will leave.", "`d4t4`", "90d", "2026-01-04", "120 holdout rows", "`c0de`"):
        assert fact in text
    assert "| roc_auc&emsp; | 0.910&emsp; | [0.890, 0.930] |" in text
    assert "| c = a&emsp; | 40&emsp; | 0.30&emsp; | [0.20, 0.40] |" in text
    assert "x from 0.2" not in text  # not surely worse than all rows
    assert "models:/small@production" in text
    assert "models:/m-1" in text
    assert "did not pass" not in text


def test_what_people_wrote_has_sections_of_its_own():
    written = {
        "intended_use": "Talks.",
        "limits": "Not abroad.",
        "ethical_considerations": "Nobody is dismissed by it.",
        "parameters": "As good as trees.",
    }
    text = card(card=written)
    for section in (
        "## Intended use\n\nTalks.",
        "## Ethical considerations\n\nNobody is dismissed by it.",
        "## Parameters\n\nAs good as trees.",
        "## Limits\n\nNot abroad.\n\n- It has seen no data after",
    ):
        assert section in text
    assert len(card(card=dict.fromkeys(written, "word " * 2000))) <= MOST


def test_it_says_what_was_not_passed_and_what_a_stage_is_called():
    text = card(passed=False, stage_names={"production": "live"})
    assert "It did not pass its gates: roc_auc: said so" in text
    assert "models:/small@live" in text


def test_pyfunc_is_named_only_for_what_it_can_load():
    assert "`mlflow.pyfunc.load_model('models:/small@production')`" in card()
    without = card(pyfunc=False)
    assert "pyfunc" not in without
    assert "load_model('small')" in without


def test_the_ledger_is_replaced_and_the_rest_stays():
    entry = Entry(model="small", action="promote", version="3", actor="anna", reason="better")
    once = with_history(card(), [entry])
    assert once.endswith("promote 3 by anna: better")
    assert with_history(once, []) == card()
    assert with_history("a description of somebody else's", [entry]) == (
        "a description of somebody else's"
    )


def test_it_fits_into_what_mlflow_keeps_however_many_features_there_are():
    names = [f"measurement_{number}" for number in range(400)]
    text = card(columns={"numeric": names})
    assert len(text) <= MOST
    assert "measurement_0, measurement_1, " in text
    kept = text.count("measurement_")
    assert 20 < kept < 400
    assert f"… cut: {400 - kept} more are in its signature" in text
    assert "models:/m-1" in text
    assert "It needs all 400 feature columns" in text


def test_a_long_description_loses_its_end():
    text = card(description="word " * 2000, columns={"numeric": ["x" * 100]})
    assert len(text) <= MOST
    assert "cut here" in text
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == ["Purpose", "Data", "Metrics", "Gates", *LATER]
    assert "models:/m-1" in text


def test_of_a_long_ledger_the_newest_rows_are_kept():
    given = {"model": "small", "action": "promote", "actor": "anna"}
    rows = [Entry(**given, version=str(number), reason="why " * 200) for number in range(30, 0, -1)]
    text = with_history(card(), rows)
    assert len(text) <= MOST
    assert "promote 30 by anna" in text
    assert "promote 1 by anna" not in text
    assert text.endswith("`mlops-assets history` shows the whole ledger.")
    assert with_history(text, rows) == text
    assert with_history(text, []) == card()
