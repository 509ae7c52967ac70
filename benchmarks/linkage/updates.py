"""Days of golden_record's entities in a fresh warehouse: `python -m benchmarks.linkage.updates …`.

Arguments: ROWS ARRIVALS SEED ROUNDS FOLDER. Prints JSON: seconds and results.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.linkage.shipped import golden_record
from mlops_assets.entities.resolve import EntityUpdate, update_entities
from mlops_assets.entities.tables import EntityTables
from mlops_assets.features.columns import typed_features
from mlops_assets.features.dates import to_date
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.simulators.citizens import arrivals, population
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FIRST, SECOND = date(2026, 1, 4), date(2026, 1, 5)


class Warehouse:
    """The tables of the entities in a SQLite file, and the model that fills them."""

    def __init__(self, file: Path, model: LinkageModel, spec: LifecycleSpec) -> None:
        self.file, self.model, self.spec = file, model, spec

    def update(self, citizens: pd.DataFrame, day: date) -> tuple[float, EntityUpdate]:
        """Seconds from the citizens in memory to the tables on disk, and the update."""
        began = time.perf_counter()
        tables = EntityTables(f"sqlite:///{self.file}", dict(self.spec.columns.roles()))
        known, rows = tables.read(), citizens.set_index("citizen_id")
        done = update_entities(
            self.model,
            typed_features(rows, self.spec.columns),
            to_date(rows["registered_on"]),
            known,
            made_by=("m-benchmark", "1"),
            day=day,
            most_records=10,
        )
        about: dict[str, Any] = {
            "day": day,
            "model_id": "m-benchmark",
            "version": "1",
            "code_version": "1",
        }
        about |= {"run_id": "none"}
        tables.write(known, done.differences, done.resolved.golden.changes, about)
        return time.perf_counter() - began, done


def main(rows: str, new: str, seed: str, rounds: str, folder: str) -> None:
    """Update with the first citizens, with new ones, with the same, and with everything at once."""
    spec = golden_record()
    before, ground_truth = population(int(rows), seed=int(seed))
    came, their_truth = arrivals(int(rows), int(new), seed=int(seed), day=SECOND)
    after, ground_truth = pd.concat([before, came]), pd.concat([ground_truth, their_truth])
    options: Any = {"seed": spec.seed, "allowed_prefixes": ()}
    model = spec.model.fit(spec.dataset(before), spec.task, **options).linkage
    results: dict[str, Any] = {"first": [], "added": [], "again": [], "whole": []}
    for number in range(int(rounds)):
        one = Warehouse(Path(folder) / f"added_{number}.db", model, spec)
        results["first"].append(one.update(before, FIRST)[0])
        seconds, added = one.update(after, SECOND)
        results["added"].append(seconds)
        seconds, again = one.update(after.sample(frac=1, random_state=number), SECOND)
        results["again"].append(seconds)
        other = Warehouse(Path(folder) / f"whole_{number}.db", model, spec)
        seconds, whole = other.update(after, SECOND)
        results["whole"].append(seconds)
    ids, all_at_once = added.resolved.golden.ids, whole.resolved.golden.ids
    results["people"] = int(ids.nunique())
    results["people_put_together_otherwise"] = len(_groups(ids) ^ _groups(all_at_once))
    results["compared"] = sum(added.linked.rules.values())
    results["compared_whole"] = sum(whole.linked.rules.values())
    results["written_again"] = sum(len(it.add) for it in again.differences.values())
    results["touched"] = len(added.golden_records)
    results |= _right_names(whole, ground_truth)
    print(json.dumps(results))


def _groups(ids: pd.Series) -> set[frozenset]:
    return {frozenset(records) for records in ids.groupby(ids).groups.values()}


def _right_names(whole: EntityUpdate, ground_truth: pd.DataFrame) -> dict[str, float]:
    """Share of people whose golden name is the true name of most of their records."""
    known = ground_truth.set_index("citizen_id")["true_full_name"]
    names = pd.DataFrame({"id": whole.resolved.golden.ids, "name": known.str.lower()})
    votes = names.groupby(["id", "name"]).size().rename("votes").reset_index()
    votes = votes.sort_values(["id", "votes", "name"], ascending=[True, False, True])
    true = votes.drop_duplicates("id").set_index("id")["name"]
    golden = whole.golden_records.set_index("golden_id")
    right = golden["full_name"].str.lower() == true.reindex(golden.index)
    several = golden["records"] > 1
    return {
        "names_of_several": int(several.sum()),
        "right_of_several": float(right[several].mean()),
        "right_of_all": float(right.mean()),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
