"""What the API was asked is what the daily monitoring is about, with the labels that came."""

from datetime import date

import pandas as pd
import pytest

from mlops_assets.data.prediction_log.places import log_files
from mlops_assets.data.training_tables import RawData
from mlops_assets.features.splitting import groups, held_out
from mlops_assets.lifecycle.live_data import CLAIMS
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import newest_file, read_table
from mlops_assets.retraining.day_records import read_day
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets_tests.serving.asked import labels_of, move_to
from mlops_assets_tests.serving.served import Served
from mlops_assets_tests.world import SMALL, World, small_table

DAY = date(2026, 1, 5)
PERSON = "Ada Lovelace"


# The drift report takes longer than the rest; but for one, these tests are not about it.
JUDGED = ("live_data", "predictions", "performance_report")


def serve(world: World) -> Served:
    table = small_table().assign(person=range(400), site="north")
    table.to_csv(world.csv, index=False)
    world.spec |= {
        "identity": ["person"],
        "context": {"sensitive": ["site"]},
        "serving": {"live": True},
    }
    world.begin()
    made = Served(world)
    made.look()
    return made


@pytest.fixture
def served(world) -> Served:
    return serve(world)


@pytest.fixture(scope="module")
def refusing(shared_world) -> Served:
    """One for all tests that leave nothing in it."""
    return serve(shared_world)


def rows(count: int = 300, **more: object) -> list[dict]:
    """Rows as a client sends them."""
    return [{**it, **more} for it in small_table(count)[["x", "c"]].to_dict("records")]


def live(name: str = "live_data") -> LiveDay:
    """The day as it is in the lake."""
    return read_table(newest_file(["small", name, str(DAY)]), LiveDay)


@pytest.mark.process
def test_a_day_of_requests_is_monitored(served, world):
    answers = served.ask(rows(site="north"))
    assert answers.status_code == 200
    move_to(world.settings, "small", DAY)
    assert world.monitor(str(DAY)).success
    facts = read_day(world.instance, "small", DAY)
    assert facts.drift is not None
    assert facts.live is not None
    assert (facts.live.rows, facts.live.outage) == (300, None)
    assert facts.drift.version == "1"
    assert facts.performance is not None
    assert facts.performance.status == "unknown"
    table = live().table
    assert table["y"].isna().all()
    assert log_files(world.settings.home, "small") == []  # they are in the lake


def test_the_same_person_twice_and_rows_without_context_are_no_outage(served, world):
    served.ask(rows(200, person=PERSON))
    move_to(world.settings, "small", DAY)
    assert world.monitor(str(DAY), "live_data").success
    assert {it.name for it in live().claims if not it.passed} == set()
    assert len(live().claims) == len(CLAIMS)


def test_labels_by_request_and_by_identity_make_the_performance_known(served, world):
    first = served.ask(rows(150))
    assert served.ask(rows(1, person=PERSON)).status_code == 200
    request = first.headers["x-request-id"]
    truth = small_table(150)["y"].tolist()
    given = [{"request_id": request, "place": i, "label": y} for i, y in enumerate(truth)]
    with served.client() as client:
        answer = client.post("/labels", json=[*given, {"person": PERSON, "label": 0}])
    assert answer.json() == {"labels": 151}
    move_to(world.settings, "small", DAY)
    assert world.monitor(str(DAY), *JUDGED).success
    report = performance()
    assert report.labelled_rows == 151
    assert report.performance.status == "ok"


def test_labels_that_come_after_the_day_was_monitored(served, world):
    request = served.ask(rows(100)).headers["x-request-id"]
    move_to(world.settings, "small", DAY)
    assert world.monitor(str(DAY), *JUDGED).success
    assert performance().labelled_rows == 0
    given = [{"request_id": request, "place": it, "label": "1"} for it in range(60)]
    with served.client() as client:
        client.post("/models/small/labels", json=given)
    assert world.monitor(str(DAY), "performance_report").success
    assert performance().labelled_rows == 60


def performance() -> PerformanceReport:
    """The newest report of the day."""
    from mlops_assets.platform.lake import read_newest

    return read_newest(["small", "performance_report", str(DAY)], PerformanceReport)


def test_no_identity_is_kept_anywhere(served, world):
    served.ask(rows(1, person=PERSON))
    with served.client() as client:
        client.post("/labels", json=[{"person": PERSON, "label": 1}])
    files = (world.settings.home / "serving" / "small").rglob("*.jsonl")
    kept = [it.read_text() for it in files]
    assert len(kept) == 2
    assert not any(PERSON in text for text in kept)
    assert labels_of(world.settings, "small")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 422),
        ("{}", 422),
        ("no json", 422),
        ('[{"request_id": "a"}]', 422),
        ('[{"request_id": "a", "label": 1}, {"label": 1}]', 422),
        ('[{"request_id": "a", "Place": 1, "label": 1}]', 422),
        ('[{"person": [1], "label": 1}]', 422),
        ('[{"person": ' + "[" * 1_000 + "]" * 1_000 + ', "label": 1}]', 422),
    ],
)
def test_labels_that_name_no_row_are_refused_whole(refusing, shared_world, body, status):
    with refusing.client() as client:
        headers = {"content-type": "application/json"}
        answer = client.post("/labels", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["expected"]
    assert labels_of(shared_world.settings, "small") == ""


def test_an_identity_that_is_no_plain_value_is_refused(refusing):
    assert refusing.ask({"x": 0.1, "c": "a", "person": [1]}).status_code == 422


BASE = {**SMALL, "source": {"type": "csv", "path": "table.csv"}}


@pytest.mark.parametrize(
    "more",
    [
        {"live": {"source": {"type": "csv", "path": "live.csv"}}},
        {"live": {"rows": "table"}},
        {"live": {"labels": {"type": "csv", "path": "l.csv"}}, "identity": ["id"]},
        {"columns": {"numeric": ["x"], "text": ["name"]}, "personal": ["name"]},
    ],
)
def test_what_the_log_cannot_give_is_said_when_the_file_is_read(more):
    given = {**BASE, **more, "serving": {"live": True}}
    with pytest.raises(ValueError, match="To do"):
        LifecycleSpec.model_validate(given)


def test_a_model_that_is_not_served_reads_its_source():
    assert LifecycleSpec.model_validate(BASE).live_source.type == "csv"
    spec = LifecycleSpec.model_validate({**BASE, "serving": {"live": True}})
    assert spec.live_source.type == "prediction_log"
    assert spec.is_monitored


def test_a_day_with_few_requests_is_that_of_the_source(served, world):
    world.spec["serving"] = {"live": "when_asked"}
    days = {"type": "csv", "path": str(world.settings.home / "{day}.csv")}
    world.spec["live"] = {"source": days, "minimum_rows": 50}
    monday = small_table(60).assign(person=range(60), site="north")
    monday.to_csv(world.settings.home / f"{DAY}.csv", index=False)
    served.ask(rows(49, person=PERSON))
    move_to(world.settings, "small", DAY)
    assert world.monitor(str(DAY), *JUDGED).success
    assert live().table["person"].tolist() == [*map(str, range(60))]
    assert performance().labelled_rows == 60
    world.spec["live"]["minimum_rows"] = 49
    assert world.monitor(str(DAY), *JUDGED).success
    assert live().rows == 49
    assert "person" not in live().table
    assert {it.name for it in live().claims if not it.passed} == set()
    assert performance().labelled_rows == 0


def test_a_model_that_was_asked_about_needs_days_in_its_source():
    with pytest.raises(ValueError, match="cannot be read by day"):
        LifecycleSpec.model_validate({**BASE, "serving": {"live": "when_asked"}})


@pytest.mark.parametrize("how", [True, "when_asked"])
def test_what_is_written_again_has_the_same_live_source(how):
    """Dagster gives the component what it read as plain values, without defaults."""
    given = {**BASE, "timestamp": "at", "serving": {"live": how}, "live": {"minimum_rows": 5}}
    spec = LifecycleSpec.model_validate(given)
    again = LifecycleSpec.model_validate(spec.model_dump(exclude_unset=True))
    assert again.live_source == spec.live_source
    assert again.live_source.type == "prediction_log"


def test_labelled_rows_are_learnt_from_if_the_model_says_so(served, world):
    world.spec["serving"] = {"live": True, "learn": True}
    asked = rows(40, site="north", person=PERSON)
    request = served.ask(asked).headers["x-request-id"]
    with served.client() as client:
        given = [{"request_id": request, "place": it, "label": 1} for it in range(30)]
        client.post("/labels", json=given)
    move_to(world.settings, "small", DAY)
    assert world.retrain_tagged("raw_data", **{AS_OF_TAG: "2026-01-04"}).success
    assert len(training_rows()) == 400  # those of later days are not known yet
    assert world.retrain_tagged("raw_data", **{AS_OF_TAG: str(DAY)}).success
    table = training_rows()
    assert len(table) == 430
    assert table["x"].tail(30).tolist() == [it["x"] for it in asked[:30]]
    assert not table["person"].astype(str).str.contains(PERSON).any()


def test_all_rows_about_one_person_are_on_one_side_of_the_split(served, world):
    """Of the people in the training table, and of one who is only in the log."""
    world.spec["serving"] = {"live": True, "learn": True}
    people = [*range(30), *[PERSON] * 10]
    asked = [{**it, "person": who} for it, who in zip(rows(40, site="north"), people, strict=True)]
    request = served.ask(asked).headers["x-request-id"]
    with served.client() as client:
        given = [{"request_id": request, "place": it, "label": 1} for it in range(40)]
        client.post("/labels", json=given)
    move_to(world.settings, "small", DAY)
    assert world.retrain_as_of(str(DAY)).success
    raw = training_rows()
    assert len(raw) == 440
    spec = LifecycleSpec.model_validate({**BASE, **world.spec})
    table = raw.assign(held=held(raw, spec))
    sides = table.groupby(table["person"].astype(str))["held"].agg(["nunique", "size"])
    assert (sides["nunique"] == 1).all()
    assert sorted(sides["size"])[-31:] == [*[2] * 30, 10]
    before = held(raw.head(400), spec)
    assert table["held"].head(400).tolist() == before.tolist()
    assert PERSON not in raw.to_string()


def training_rows():
    """The training rows of the last retrain."""
    return read_table(newest_file(["small", "raw_data"]), RawData).table


def test_learning_from_the_log_needs_it_as_the_live_source():
    with pytest.raises(ValueError, match="learn"):
        LifecycleSpec.model_validate({**BASE, "serving": {"learn": True}})


def held(table: pd.DataFrame, spec: LifecycleSpec) -> pd.Series:
    """Whether each row is held out."""
    who = groups(table, spec.split, identity=spec.identity, timestamp=None, target="y")
    return held_out(who, spec.split, None)
