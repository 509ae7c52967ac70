"""The same with Splink alone: `python -m benchmarks.linkage.plain CITIZENS CLUSTERS SETTINGS`.

One process, top to bottom. Comparisons and blocking rules come from the settings that ours has
used, without its learned parameters.
"""

import json
import sys
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

from benchmarks.stopwatch import step

THRESHOLD, REVIEW = 0.95, 0.5
BLOCKS = [  # where most pairs are duplicates
    "l.jan_aadhaar = r.jan_aadhaar",
    "l.full_name = r.full_name and l.date_of_birth = r.date_of_birth",
]
MACROS = (
    r"""create macro words(v) as
        trim(regexp_replace(lower(nfc_normalize(v)), '[^\p{L}\p{M}\p{N}]+', ' ', 'g'))""",
    "create macro digits(v) as replace(words(v), ' ', '')",
    """create macro known(v) as case
        when v in ('', 'unknown', 'not known', 'not available', 'na', 'n a', 'null', 'none', 'nil',
            'test') or (length(v) > 3 and replace(v, left(v, 1), '') = '') then null
        else v end""",
)
CLEAN = """create table records as select
    * replace (
        known(jan_aadhaar) as jan_aadhaar, known(full_name) as full_name,
        if(ends_with(date_of_birth, '0101'), null, date_of_birth) as date_of_birth,
        known(gender) as gender, known(mobile) as mobile, known(address) as address,
        known(district) as district, known(pincode) as pincode)
    from (select
        citizen_id, row_number() over () - 1 as row_position,
        digits(jan_aadhaar) as jan_aadhaar, words(full_name) as full_name,
        strftime(date_of_birth, '%Y%m%d') as date_of_birth,
        words(gender) as gender, digits(mobile) as mobile, words(address) as address,
        words(district) as district, digits(pincode) as pincode
        from read_parquet($citizens))"""


def main(citizens: str, clusters: str, settings: str) -> None:
    """The cluster of each citizen."""
    connection = duckdb.connect()
    with step("read"):
        for macro in MACROS:
            connection.execute(macro)
        connection.execute(CLEAN, {"citizens": citizens})
    with step("train"):
        records = DuckDBAPI(connection).register("records")
        linker = Linker(records, untrained(settings), log_level="ERROR")
        training = linker.training
        training.estimate_probability_two_random_records_match(list(BLOCKS), recall=0.8)
        training.estimate_u_using_random_sampling(
            max_pairs=2e6, seed=0, min_count_per_level=None, num_chunks=1
        )
        for block in BLOCKS:
            training.estimate_parameters_using_expectation_maximisation(block)
    with step("link"):
        pairs = linker.inference.predict(threshold_match_probability=REVIEW)
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    with step("write"):
        table = connection.table(found.physical_name).project("citizen_id, cluster_id as cluster")
        table.write_parquet(clusters)


def untrained(settings: str) -> dict:
    """The settings without the prior and without m and u."""
    given = json.loads(Path(settings).read_text())
    del given["probability_two_random_records_match"]
    for comparison in given["comparisons"]:
        for level in comparison["comparison_levels"]:
            level.pop("m_probability", None)
            level.pop("u_probability", None)
    return given


if __name__ == "__main__":
    main(*sys.argv[1:])
