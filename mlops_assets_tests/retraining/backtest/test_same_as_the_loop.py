"""A backtest decides what the product decides on the same days, through Dagster and MLflow."""

from typing import Any

import pandas as pd
import pytest
from pydantic import BaseModel

from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.policies import parse_policy
from mlops_assets.retraining.backtest.run import play, read, tasks_of
from mlops_assets.retraining.day_records import read_day
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.retraining.backtest.stream import SPEC, day, stream

DAYS, CHANGES = 5, 1


def rounded(facts: BaseModel | None) -> Any:
    """What is known, without the last digits, which depend on the number of threads."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(it) for name, it in value.items()}
        return round(value, 9) if isinstance(value, float) else value

    # The product reports these days long after them. An excess is judged by its interval (below).
    return facts and plain(facts.model_dump(exclude={"label_age", "excess"}))


def through_dagster(world, table: pd.DataFrame) -> tuple[list[tuple], list[float]]:
    """Play the days with what was known on each: verdict, performance, version and the retrains."""
    loop, found, excesses = LoopWorld(world), [], []
    known = table["at"].dt.date
    table[known < day(0)].to_csv(world.csv, index=False)
    assert world.retrain_as_of(str(day(-1))).success
    for number in range(DAYS):
        table[known <= day(number)].to_csv(world.csv, index=False)
        version = loop.version
        assert world.monitor(str(day(number))).success
        facts, retrains = read_day(world.instance, "small", day(number)), []
        while loop.tick() == "retrain":
            assert loop.answer()
            retrains.append("promoted" if loop.version != version else "rejected")
        found.append((rounded(facts.drift), rounded(facts.performance), version, retrains))
        excesses.append(facts.performance.excess.value)
    return found, excesses


@pytest.mark.process
def test_verdicts_performance_and_retrains_are_those_of_the_product(world, settings, tmp_path):
    world.spec.clear()
    world.spec.update(SPEC)
    table = stream(DAYS, changes=CHANGES)
    product, excesses = through_dagster(world, table)
    source = {"type": "csv", "path": str(world.csv)}
    spec = LifecycleSpec.model_validate({**SPEC, "source": source})
    history = History(spec, settings)
    tried = [parse_policy("loop", spec.retrain)]
    (task,) = tasks_of(history, tried, "accuracy", (day(0), day(DAYS - 1)), tmp_path)
    play(task, history)
    backtest = [
        (*map(rounded, (facts.drift, facts.performance)), str(it.version), outcomes)
        for it in read(task.file)
        for facts, outcomes in [(it.facts, [retrain.outcome for retrain in it.retrains])]
    ]
    assert backtest == product
    # Its unit is a bootstrap of the holdout, whose rows are in another order there.
    played = [it.facts.performance.excess.value for it in read(task.file)]
    assert played == pytest.approx(excesses, rel=0.1)
    assert max(played) > 5
    assert any(retrains for *_, retrains in product)
