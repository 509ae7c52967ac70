"""Benchmark an entity update against comparing everything, and the quality of golden names."""

import json
import tempfile

from benchmarks.checkout import ROOT
from benchmarks.linkage.quality import SEEDS
from benchmarks.process import measure
from benchmarks.report import Report, met, progress, ratio, spread, table

ROWS, NEW, LEAST = 100_000, 3_000, 0.95
ABOUT = (
    f"{ROWS:,} simulated citizens of the same fresh seeds, then {NEW:,} who come on the next day,\n"
    "15 % of them people who are there already. Seconds from the citizens in memory to all tables\n"
    "in a SQLite warehouse: hashing, comparing, golden ids, golden records, review queue, the\n"
    "transaction. The whole is the same with nothing known before. Equal: the people put together\n"
    "are the same. `again` gives the same citizens in another order. A golden name is right where\n"
    "it is the true name of most of the person's records; counted over people with several\n"
    "records, whose values have to be chosen, and over all."
)


def run(report: Report, rounds: int) -> None:
    """Run the days of every seed once, those of the first seed in every round."""
    found = {}
    for seed in SEEDS:
        times = rounds if seed == SEEDS[0] else 1
        with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
            given = [ROWS, NEW, seed, times, folder]
            command = ["-m", "benchmarks.linkage.updates", *map(str, given)]
            found[seed] = json.loads(measure(command, ROOT).output.splitlines()[-1])
        progress(f"entities, seed {seed}: {found[seed]['right_of_several']:.4f} of the names")
    report.section(f"{NEW:,} new citizens among {ROWS:,}", ABOUT, _lines(found))


def _lines(found: dict[int, dict]) -> list[str]:
    first = found[SEEDS[0]]
    words = {
        "added": f"{NEW:,} more",
        "again": "the same again, shuffled",
        "whole": f"all {ROWS + NEW:,} at once",
    }
    rows = [("", "seconds", "of the whole")]
    rows += [
        (text, spread(first[name]), ratio(first[name], first["whole"]))
        for name, text in words.items()
    ]
    names = [
        ("seed", "people", "put together otherwise", "pairs compared", "at once", "written again",
         "names right, several records", "all"),
    ]  # fmt: skip
    names += [
        (
            str(seed),
            f"{it['people']:,}",
            f"{it['people_put_together_otherwise']:,}",
            f"{it['compared']:,}",
            f"{it['compared_whole']:,}",
            f"{it['written_again']:,}",
            f"{it['right_of_several']:.4f} of {it['names_of_several']:,}",
            f"{it['right_of_all']:.4f}",
        )
        for seed, it in found.items()
    ]
    worst = min(it["right_of_several"] for it in found.values())
    equal = all(it["people_put_together_otherwise"] == 0 for it in found.values())
    same = all(it["written_again"] == 0 for it in found.values())
    goals = [
        f"golden names: least {worst:.4f}; goal >= {LEAST}, {met(worst >= LEAST)}",
        f"the people of comparing everything: goal all, {met(equal)}",
        f"the same citizens again, in another order: goal nothing written, {met(same)}",
    ]
    return [*table(rows), "", *table(names), "", *goals]
