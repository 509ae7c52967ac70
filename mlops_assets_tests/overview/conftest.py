"""A home with models of every sort, made once."""

import shutil
from collections.abc import Iterator
from datetime import date

import pytest

from mlops_assets.overview.collect import Fleet
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.overview.made import LAST, Home, project

EPISODE = date(2026, 6, 25)


@pytest.fixture
def made(tmp_path, settings) -> Iterator[Home]:
    """An empty home, to put models into."""
    own = project(tmp_path / "project", settings)
    with open_instance(own) as instance:
        yield Home(own, instance)


@pytest.fixture(scope="session")
def known(tmp_path_factory, empty_store) -> Iterator[Home]:
    """Five models: one with everything, and four that lack something."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "home" / "mlflow").mkdir(parents=True)
    shutil.copy(empty_store, folder / "home" / "mlflow" / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        given = Settings.from_environment({"MLOPS_ASSETS_HOME": str(folder / "home")})
        own = project(folder / "project", given)
        with open_instance(own) as instance:
            home = Home(own, instance)
            fill(home)
            yield home


def fill(home: Home) -> None:
    """`risk` with everything; `calm`; `gone`, without defs.yaml; `people` to review; `new`."""
    home.in_defs("risk", "risk-model")
    version = home.version("risk-model", 0.9)
    home.promote("risk-model", version, date(2026, 6, 1))
    home.retrain("risk", date(2026, 6, 1), registered=("1", "staging"), production=(None, "1"))
    home.days("risk", "c" * 30 + "oicdd", dropped=(34,))
    home.retrain("risk", LAST, registered=("2", "rejected"), production=("1", "1"), why="drift")
    said = "the retrain was rejected by its gates"
    home.sensor("risk", "latched", said, episode=EPISODE, attempt=1, alerted="latched/1/x")
    home.version("risk-model", 0.91)

    home.in_defs("calm")
    home.promote("calm", home.version("calm", 0.8), date(2026, 6, 2))
    home.days("calm", "ccc", metric=None)
    home.sensor("calm", "stable", "clean on 2026-06-30", stopped=True)

    home.promote("gone", home.version("gone", 0.7), date(2026, 6, 3))
    home.in_defs("people")
    home.promote("people", home.version("people", 0.95, metric="f1"), date(2026, 6, 3))
    home.queue("people", 26)
    home.in_defs("new")


@pytest.fixture(scope="session")
def fleet(known) -> Fleet:
    """The fleet of the home."""
    return Fleet(known.settings)
