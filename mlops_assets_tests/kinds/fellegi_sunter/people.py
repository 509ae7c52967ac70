"""Households of people, some recorded twice with mistakes."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec
from mlops_assets.tasks.deduplication import DEDUPLICATION

COLUMNS = Columns(
    text=["jan_aadhaar", "full_name", "mobile", "address", "pincode"],
    categorical=["gender", "district"],
    date=["date_of_birth"],
)
DATES = ((1940, 2015), (2, 13), (2, 28))
SYLLABLES = np.array(["".join(two) for two in product("bdghjklmnprstv", "aeiou")])


def people(rows: int = 3000, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Typed features and the person of each row; 15 % are second records of somebody."""
    features, person = _people(rows, seed)
    return features.copy(), person.copy()


@cache
def _people(rows: int, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    originals = [person for _ in range(rows // 3) for person in _household(rng)][: int(rows * 0.85)]
    again = rng.integers(0, len(originals), rows - len(originals))
    records = [*originals, *(_again(rng, originals[place]) for place in again)]
    table = pd.DataFrame(records).sample(frac=1, random_state=seed, ignore_index=True)
    table.index = table.index + 1000
    return typed_features(table, COLUMNS), table.pop("person")


def spec(**params) -> FellegiSunterSpec:
    return FellegiSunterSpec.model_validate(
        {"type": "fellegi_sunter", "params": {"random_pairs": 200_000} | params}
    )


def fit(features: pd.DataFrame, **params) -> FellegiSunterModel:
    rows = Dataset(features, COLUMNS)
    return spec(**params).fit(rows, DEDUPLICATION, seed=0, allowed_prefixes=())


@cache
def fitted(seed: int = 0) -> FellegiSunterModel:
    """A model that was trained once on `people(seed=seed)`."""
    return fit(people(seed=seed)[0])


def linkage() -> LinkageModel:
    """What the model that was trained once has learned."""
    return fitted().linkage


def partition(labels) -> set[frozenset]:
    """The sets of index labels that are together."""
    return {frozenset(group) for group in labels.groupby(labels).groups.values()}


def _word(rng) -> str:
    return "".join(rng.choice(SYLLABLES, rng.integers(2, 4))).capitalize()


def _digits(rng, length: int) -> str:
    return "".join(map(str, [rng.integers(6, 10), *rng.integers(0, 10, length - 1)]))


def _household(rng) -> list[dict]:
    surname, district = _word(rng), f"District {rng.integers(20)}"
    shared = {
        "mobile": _digits(rng, 10),
        "address": f"{rng.integers(1, 300)} {_word(rng)} Nagar",
        "district": district,
        "pincode": f"3{district[-1]}{rng.integers(100, 999)}0",
    }
    return [
        {
            "person": _digits(rng, 16),
            "jan_aadhaar": _digits(rng, 12),
            "full_name": f"{_word(rng)} {surname}",
            "date_of_birth": "-".join(str(rng.integers(*span)) for span in DATES),
            "gender": str(rng.choice(["F", "M"])),
            **shared,
        }
        for _ in range(rng.integers(2, 5))
    ]


def _again(rng, person: dict) -> dict:
    """The same person once more: each field is spoilt now and then."""
    spoilt = {
        "jan_aadhaar": "",
        "full_name": person["full_name"].replace("a", "e", 1),
        "date_of_birth": person["date_of_birth"][:4] + "-01-01",
        "mobile": "0000000000",
        "address": person["address"].replace("Nagar", "Ngr"),
    }
    return person | {name: value for name, value in spoilt.items() if rng.random() < 0.25}
