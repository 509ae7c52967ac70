"""The simulated citizens: what is wrong with how many, who is whose duplicate, and what tells."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.sources.simulator import SimulatorSource, simulator_names
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.simulators.citizens import arrivals, population, simulate

ROWS, DAY = 20_000, date(2026, 1, 5)
CITIZENS, TRUTH = population(ROWS, seed=0)
KNOWN = CITIZENS.merge(TRUTH, on="citizen_id").sort_values(["person", "registered_on"])
FIRST = KNOWN.groupby("person").head(1)
AGAIN = KNOWN.drop(FIRST.index)


def pairs(ground_truth: pd.DataFrame) -> int:
    records = ground_truth["person"].value_counts()
    return int((records * (records - 1) // 2).sum())


def test_columns_and_types():
    names = "citizen_id jan_aadhaar full_name date_of_birth gender mobile address district pincode"
    assert list(CITIZENS) == [*names.split(), "registered_on"]
    dates = CITIZENS.select_dtypes("datetime64[ns]")
    assert list(dates) == ["date_of_birth", "registered_on"]
    assert (dates.stack() == dates.stack().dt.normalize()).all()
    assert CITIZENS["jan_aadhaar"].dropna().str.fullmatch(r"\d{12}").all()
    assert CITIZENS["mobile"].dropna().str.fullmatch(r"[0-9]{10}").all()
    assert CITIZENS["pincode"].dropna().str.fullmatch(r"\d{6}").all()
    assert set(CITIZENS["gender"].dropna()) == {"M", "F"}


def test_it_is_a_simulator_and_its_parts_are_none(tmp_path):
    settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path)})
    assert simulator_names() == [
        *("candidate_scoring", "citizens", "employee_attrition", "heart_disease", "meal_ranker"),
        *("planner", "recipe_recommender", "resume_parsing"),
    ]
    table = SimulatorSource(name="citizens", rows=20, day=DAY).read(settings)
    pd.testing.assert_frame_equal(table, simulate(20, seed=0, day=DAY))


def test_simulate_is_the_population_without_the_truth():
    pd.testing.assert_frame_equal(simulate(ROWS, seed=0), CITIZENS)


def test_the_same_seed_gives_the_same_rows_and_another_one_others():
    again, _ = population(ROWS, seed=0)
    pd.testing.assert_frame_equal(again, CITIZENS)
    other = simulate(ROWS, seed=1)
    assert not set(other["citizen_id"]) & set(CITIZENS["citizen_id"])
    assert (other["date_of_birth"] == CITIZENS["date_of_birth"]).mean() < 0.01


def test_the_truth_covers_every_citizen_once():
    assert TRUTH["citizen_id"].is_unique
    assert TRUTH["citizen_id"].tolist() == CITIZENS["citizen_id"].tolist()
    assert TRUTH.notna().all(axis=None)
    assert KNOWN.groupby("person")["true_full_name"].nunique().max() == 1


def test_duplicates_and_pairs_are_as_many_as_documented():
    assert len(AGAIN) == 0.15 * ROWS
    assert pairs(TRUTH) == pytest.approx(0.214 * ROWS, rel=0.01)
    assert set(TRUTH["person"].value_counts()) == {1, 2, 3, 4}


@pytest.mark.parametrize("rows", [1, 2, 7, 20, 23])
@pytest.mark.parametrize("share", [0.0, 0.15, 0.5])
def test_small_populations(rows, share):
    citizens, ground_truth = population(rows, seed=0, duplicates=share)
    assert len(citizens) == rows
    assert ground_truth["person"].nunique() == rows - round(rows * share)


def test_a_share_of_duplicates_that_cannot_be():
    with pytest.raises(InputError, match=r"0\.6"):
        population(10, seed=0, duplicates=0.6)


def test_days_of_registration_are_spread_and_duplicates_come_later():
    days = CITIZENS["registered_on"]
    assert (days.min(), days.max()) == (pd.Timestamp(2025, 1, 1), pd.Timestamp(2026, 1, 4))
    assert days.nunique() == 369
    gaps = KNOWN.groupby("person")["registered_on"].diff().dropna()
    assert gaps.min() >= pd.Timedelta(days=1)
    # As many duplicates at the end as the rest of the window has: no day is odd.
    late = AGAIN["registered_on"] > pd.Timestamp(2025, 12, 20)
    assert 0.02 < late.mean() < 0.12


def test_neither_place_nor_id_tells_who_is_a_duplicate():
    place = pd.Series(np.arange(ROWS), CITIZENS["citizen_id"])
    duplicate = place.index.isin(AGAIN["citizen_id"])
    # Chance alone keeps correlations below 3 / sqrt(rows).
    assert abs(np.corrcoef(place, duplicate)[0, 1]) < 3 / ROWS**0.5
    first = AGAIN["person"].map(FIRST.set_index("person")["citizen_id"])
    both = np.corrcoef(place[first], place[AGAIN["citizen_id"]])[0, 1]
    assert abs(both) < 3 / len(AGAIN) ** 0.5
    # Ids are given in order of the rows, so that they tell no more than the place.
    assert CITIZENS["citizen_id"].is_monotonic_increasing


def test_a_person_has_one_id_and_nobody_else_has_it():
    ids = FIRST["jan_aadhaar"].dropna()
    assert ids.is_unique
    assert CITIZENS["jan_aadhaar"].notna().mean() == pytest.approx(0.9, abs=0.02)


def test_an_id_of_the_family_is_shared_by_the_household():
    citizens, ground_truth = population(ROWS, seed=0, id_is="family")
    holders = (
        citizens.assign(person=ground_truth["person"]).groupby("jan_aadhaar")["person"].nunique()
    )
    assert 3 < holders.mean() < 5
    others = [name for name in CITIZENS if name not in ("citizen_id", "jan_aadhaar")]
    pd.testing.assert_frame_equal(citizens[others], CITIZENS[others])


def test_households_share_where_they_live_but_not_who_they_are():
    homes = FIRST.dropna(subset=["address", "mobile"]).groupby(["address", "district", "pincode"])
    large = homes.filter(lambda home: len(home) == 4).groupby(["address", "district", "pincode"])
    assert large["mobile"].nunique().mean() < 1.6
    assert large["date_of_birth"].nunique().mean() > 3.8
    surnames = large["full_name"].agg(lambda names: names.str.split().str[-1].nunique())
    assert surnames.mean() < 1.5
    assert large["true_full_name"].agg(lambda names: names.str.split().str[0].is_unique).all()


def test_no_date_of_birth_is_frequent_but_the_made_up_ones():
    born = CITIZENS["date_of_birth"]
    assert born[born.dt.dayofyear > 1].value_counts().max() < 15
    assert born.max() < pd.Timestamp(2025, 1, 1)


def test_strangers_share_full_names():
    # With evenly frequent names a pair in ten million would; here it is one in five thousand.
    chance = (FIRST["true_full_name"].value_counts(normalize=True) ** 2).sum()
    assert 1e-4 < chance < 5e-4


@pytest.mark.parametrize(
    ("column", "least", "most"),
    [
        ("full_name", 0.3, 0.5),
        ("date_of_birth", 0.1, 0.2),
        ("gender", 0.02, 0.05),
        ("mobile", 0.15, 0.35),
        ("address", 0.35, 0.6),
        ("district", 0.08, 0.2),
    ],
)
def test_duplicates_differ_from_the_first_record_in_some(column, least, most):
    first = AGAIN["person"].map(FIRST.set_index("person")[column])
    assert least < (AGAIN[column] != first).mean() < most


def test_first_records_are_nearly_clean():
    assert (FIRST["full_name"] != FIRST["true_full_name"]).mean() < 0.03


def test_defaults_and_missing_values_are_few():
    new_year = CITIZENS["date_of_birth"].dt.dayofyear == 1
    assert 0.01 < new_year.mean() < 0.03
    assert 0.005 < (CITIZENS["mobile"] == "0000000000").mean() < 0.02
    missing = CITIZENS.drop(columns=["citizen_id", "registered_on", "jan_aadhaar"]).isna().mean()
    assert missing.min() > 0
    assert missing.max() < 0.05


def test_some_days_and_months_are_swapped():
    first = AGAIN["person"].map(FIRST.set_index("person")["date_of_birth"])
    swapped = pd.to_datetime(first.dt.strftime("%Y-%d-%m"), errors="coerce", format="%Y-%m-%d")
    now = AGAIN["date_of_birth"]
    assert 0.01 < ((now == swapped) & (now != first)).mean() < 0.03


def test_a_day_has_other_people_who_all_register_on_it():
    today = simulate(500, seed=0, day=DAY)
    assert (today["registered_on"] == pd.Timestamp(DAY)).all()
    assert not set(today["citizen_id"]) & set(CITIZENS["citizen_id"])
    assert not set(today["jan_aadhaar"].dropna()) & set(CITIZENS["jan_aadhaar"])


def test_arrivals_are_people_of_the_population_and_new_ones():
    citizens, ground_truth = arrivals(ROWS, 1000, seed=0, day=DAY)
    assert len(citizens) == 1000
    assert (citizens["registered_on"] == pd.Timestamp(DAY)).all()
    assert not set(citizens["citizen_id"]) & set(CITIZENS["citizen_id"])
    known = ground_truth["person"].isin(TRUTH["person"])
    assert known.sum() == 150
    names = ground_truth.loc[known, "person"].map(FIRST.set_index("person")["true_full_name"])
    assert (names == ground_truth.loc[known, "true_full_name"]).all()
    assert ground_truth["person"].is_unique


def test_arrivals_of_two_days_do_not_clash():
    tables = [arrivals(ROWS, 300, seed=0, day=day)[0] for day in (DAY, date(2026, 1, 6))]
    tables.append(simulate(300, seed=0, day=DAY))
    assert pd.concat(tables)["citizen_id"].is_unique


@pytest.mark.parametrize(("column", "default"), [("date_of_birth", True), ("district", False)])
def test_shift_makes_a_share_of_a_column_useless(column, default):
    shifted = simulate(ROWS, seed=0, shift={column: 0.3})
    lost = shifted[column].isna() & CITIZENS[column].notna()
    changed = (shifted[column] != CITIZENS[column]) & shifted[column].notna()
    assert lost.mean() == pytest.approx(0.15 if default else 0.3, abs=0.02)
    assert changed.mean() == pytest.approx(0.15 if default else 0, abs=0.02)
    others = CITIZENS.columns.drop(column)
    pd.testing.assert_frame_equal(shifted[others], CITIZENS[others])


def test_shift_of_mobiles_writes_zeros():
    zeros = simulate(ROWS, seed=0, shift={"mobile": 0.4})["mobile"] == "0000000000"
    assert zeros.mean() == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(
    ("shift", "message"),
    [
        ({"birth": 0.1}, "not a column"),
        ({"citizen_id": 0.1}, "not a column"),
        ({"mobile": 2}, "by 2"),
    ],
)
def test_impossible_shift(shift, message):
    with pytest.raises(InputError, match=message):
        simulate(10, seed=0, shift=shift)
