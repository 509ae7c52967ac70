"""`mlops-assets explain`, on a version of golden_record that serves."""

import json
from functools import cache

import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.definitions import defs
from mlops_assets.errors import InputError
from mlops_assets.features.columns import typed_features
from mlops_assets.kinds.base import Model
from mlops_assets.kinds.fellegi_sunter.linking import Linked
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.loading import spec_of
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.writing import writing
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.simulators.citizens import population
from mlops_assets.simulators.citizens.warehouse_tables import fill
from mlops_assets_tests.kinds.sklearn.messy import features, small_forest
from mlops_assets_tests.versions import DAY, GATES, evaluated, verdict_of

pytestmark = pytest.mark.statistics

ROWS, MODEL = 1500, "golden_record"


@cache
def trained() -> tuple[pd.DataFrame, FellegiSunterModel, Linked]:
    """The citizens, a model of them, and what it links."""
    citizens, _ = population(ROWS, seed=0)
    spec = spec_of(defs(), MODEL)
    rows = spec.dataset(citizens)
    model = spec.model.fit(rows, spec.task, seed=0, allowed_prefixes=())
    return citizens, model, model.linked(rows.features)


def saved(registry: RegisteredModel, model: Model, sample: pd.DataFrame) -> str:
    """The version of a model that is in MLflow, staged."""
    made = evaluated(registry, "f")
    model_id = model.save(sample, run_id=made.trained_model.run_id, model_name=registry.name)
    ours = {
        "trained_model": made.trained_model.model_copy(update={"model_id": model_id}),
        "verdict": verdict_of(model_id),
    }
    version = registry.register(made.model_copy(update=ours), description="", trained_through=DAY)
    return str(version.version)


@pytest.fixture
def citizens(settings) -> pd.DataFrame:
    """The table, filled; version 1 serves."""
    quiet = {"seed": 0, "id_is": "person", "replace": False, "tell": lambda _: None}
    fill(settings.warehouse_url, ROWS, **quiet)
    serving(settings)
    return trained()[0]


def serving(settings: Settings) -> None:
    """Version 1 serves."""
    table, model, _ = trained()
    few = typed_features(table, spec_of(defs(), MODEL).columns).head(20)
    serve(ModelRegistry(settings).of(MODEL), model, few)


def serve(registry: RegisteredModel, model: Model, sample: pd.DataFrame) -> None:
    """The model is promoted."""
    registry.promote(saved(registry, model, sample), why="first", gates=GATES, since=DAY)


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["explain", *words])


def told(*words: str) -> str:
    """The mistake that is reported."""
    done = typed(*words)
    assert isinstance(done.exception, InputError), (done.output, done.exception)
    return str(done.exception)


def test_the_bits_add_up_to_the_weight_that_linking_gives(citizens):
    pairs = trained()[2].pairs
    for pair in pairs.iloc[
        [pairs["match_weight"].argmax(), pairs["match_weight"].argmin()]
    ].itertuples():
        ids = citizens["citizen_id"].iloc[[pair.left, pair.right]]
        done = typed(MODEL, *ids, "--json")
        said = json.loads(done.output)
        assert (said["model"], said["version"]) == (MODEL, "1")
        assert said["match_weight"] == pytest.approx(pair.match_weight)
        assert sum(it["weight"] for it in said["evidence"]) == pytest.approx(pair.match_weight)
        lines = typed(MODEL, *ids, "--version", "1").output.splitlines()
        table = lines[2 : 3 + len(said["evidence"])]
        assert table[0].split() == ["field", "what", "was", "seen", "bits", "sum"]
        assert len({len(line) for line in table}) == 1
        assert float(table[-1].split()[-1]) == pytest.approx(pair.match_weight, abs=0.006)
        assert lines[-1] == f"decision      {said['decision']}: {said['reason']}"


def test_the_model_lies_in_the_home_folder(citizens, settings):
    registry = ModelRegistry(settings).of(MODEL)
    logged = registry.client.get_logged_model(registry.version("1").tags["model_id"])
    assert logged.artifact_location.startswith(settings.home.as_uri())


def test_no_value_of_the_two_is_shown(citizens):
    pairs = trained()[2].pairs
    sure = pairs.loc[pairs["match_weight"].idxmax()]
    pair = citizens.iloc[[sure["left"], sure["right"]]]
    shown = "".join(typed(MODEL, *pair["citizen_id"], *more).output for more in ((), ("--json",)))
    assert "agree exactly" in shown
    values = pair.drop(columns="gender").astype(str).to_numpy().ravel()
    assert [value for value in values if value in shown] == []


def test_an_id_that_is_not_there_is_not_repeated(citizens):
    known = citizens["citizen_id"].iloc[0]
    for which, ids in (("first", ("C0-P-9", known)), ("second", (known, "C0-P-9"))):
        said = told(MODEL, *ids)
        assert f"0 rows of table 'citizens' have the {which} id as citizen_id" in said
        assert "C0-P" not in said


def test_a_record_is_not_explained_against_itself(citizens):
    known = citizens["citizen_id"].iloc[0]
    said = told(MODEL, known, known)
    assert "the same id twice" in said
    assert known not in said


def test_a_personal_value_that_does_not_fit_is_not_shown(citizens, settings):
    ids = citizens["citizen_id"].head(2).tolist()
    table = sa.table("citizens", sa.column("citizen_id"), sa.column("date_of_birth"))
    spoilt = sa.update(table).where(table.c.citizen_id == ids[0]).values(date_of_birth="31/31/1999")
    with writing(settings.warehouse_url) as connection:
        connection.execute(spoilt)
    said = told(MODEL, *ids)
    assert "column 'date_of_birth' has 1 of 2 values that are not valid date values" in said
    assert "1999" not in said


def test_a_version_that_is_not_there(citizens):
    assert "golden_record has no version 9" in told(
        MODEL, *citizens["citizen_id"][:2], "--version", "9"
    )


def test_without_a_table(settings):
    serving(settings)
    assert 'relation "citizens" does not exist' in told(MODEL, "a", "b")


def test_without_a_version_that_serves(settings):
    fill(settings.warehouse_url, 20, seed=0, id_is="person", replace=False, tell=lambda _: None)
    ids = population(20, seed=0)[0]["citizen_id"][:2]
    assert "no version of golden_record is in production" in told(MODEL, *ids)


def test_a_kind_that_compares_no_records(settings):
    registry = ModelRegistry(settings).of(spec_of(defs(), "heart_disease").registered_name)
    serve(registry, small_forest(), features(5))
    assert "is of the kind sklearn, which does not compare records" in told(
        "heart_disease", "1", "2"
    )


def test_the_command_has_an_example_and_json():
    shown = CliRunner().invoke(app, ["explain", "--help"]).output
    of_a_row, of_a_pair = shown.split("Example:")[1:]
    assert "mlops-assets explain employee_attrition" in of_a_row
    assert "mlops-assets explain golden_record" in of_a_pair
    assert "--json" in shown
