"""Simulated employees, and whether they left within the year after the snapshot of their data.

No row is a real person. 16 % leave, and what matters does so about as much as publications found
(correlations of one column with leaving; what it adds to the others is less):

| what | here | source |
| --- | --- | --- |
| satisfaction, commitment, relation to the manager | -0.2 | direction: Griffeth et al. 2000 |
| tenure, performance | -0.15 | direction: the same |
| pay compared with the market, children | -0.1 | direction: the same |
| absence | +0.2 | Berry, Lelchook, Clark 2012: 0.25 |
| age | -0.1 | Ng, Feldman 2009: -0.14 |
| overtime | odds ratio 2.2 | long shifts, intention to leave: Stimpfel et al. 2012 1.5 to 2.6, \
Dall'Ora et al. 2015 1.3 |
| 2.7 times as far to work | odds ratio 1.4 | direction: Steinmetz, de Vries, Tijdens 2014 |
| two days a week at home | a third less | Bloom, Han, Liang 2024: a third less |
| women, who are paid less | odds ratio 1.1 | Cotton, Tuttle 1986: women leave more; Lyness, \
Judiesch 2001: of managers, slightly fewer |

Numbers after a source are from its abstract or tables. Where it says `direction`, the size is ours.

Griffeth R. W., Hom P. W., Gaertner S. (2000), Journal of Management 26(3), 463-488,
doi:10.1177/014920630002600305. Berry C. M., Lelchook A. M., Clark M. A. (2012), Journal of
Organizational Behavior 33(5), 678-699, doi:10.1002/job.778. Ng T. W. H., Feldman D. C. (2009),
Journal of Vocational Behavior 74, 283-294. Stimpfel A. W., Sloane D. M., Aiken L. H. (2012), Health
Affairs 31(11), 2501-2509, doi:10.1377/hlthaff.2011.1377. Dall'Ora C. et al. (2015), BMJ Open 5(9),
e008331. Steinmetz S., de Vries D. H., Tijdens K. G. (2014), Human Resources for Health 12, 23,
doi:10.1186/1478-4491-12-23. Bloom N., Han R., Liang J. (2024), Nature 630, 920-925. Cotton J. L.,
Tuttle J. M. (1986), Academy of Management Review 11(1), 55-70. Lyness K. S., Judiesch M. K. (2001),
Journal of Applied Psychology 86(6), 1167-1178. Answers to surveys are from 1 (worst) to 5, pay is
in EUR.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.simulators._latent import (
    Streams,
    coded,
    drawn,
    ids,
    mixed,
    require_possible,
    streams_of,
    to_rarest,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Standard deviation (what `shift` moves by), lowest and highest value, decimals.
NUMERIC = {
    "age": (10.3, 18, 64, 0),
    "education": (1.0, 1, 5, 0),
    "children": (1.0, 0, 5, 0),
    "experience_years": (8.4, 0, 46, 1),
    "previous_employers": (1.8, 0, 9, 0),
    "job_level": (1.1, 1, 5, 0),
    "tenure_years": (6.0, 0, 40, 1),
    "years_in_role": (2.7, 0, 20, 1),
    "years_since_promotion": (2.3, 0, 20, 1),
    "years_with_manager": (2.3, 0, 20, 1),
    "monthly_income": (1200, 1800, 20000, 0),
    "compa_ratio": (0.12, 0.6, 1.5, 2),
    "last_raise_percent": (1.5, 0, 12, 1),
    "weekly_hours": (4.0, 20, 60, 0),
    "remote_days": (1.4, 0, 5, 0),
    "distance_km": (12.0, 1, 90, 0),
    "training_days": (1.6, 0, 10, 0),
    "absence_days": (4.5, 0, 60, 0),
    "job_satisfaction": (1.1, 1, 5, 0),
    "work_life_balance": (1.0, 1, 5, 0),
    "manager_rating": (1.0, 1, 5, 0),
    "commitment_score": (16.0, 0, 100, 0),
    "performance_rating": (0.8, 1, 5, 0),
}
CATEGORICAL = {
    "gender": {"female": 0.44, "male": 0.545, "diverse": 0.015},
    "department": {
        "Administration": 0.08,
        "Research": 0.25,
        "Production": 0.25,
        "IT": 0.12,
        "Sales": 0.30,
    },
    "marital_status": {"married": 0.46, "divorced": 0.14, "single": 0.40},
    "contract": {"permanent": 0.88, "fixed-term": 0.12},
    "business_travel": {"never": 0.2, "rarely": 0.62, "often": 0.18},
    "overtime": {0: 0.72, 1: 0.28},
}
LEVELS = {1: 0.35, 2: 0.33, 3: 0.18, 4: 0.09, 5: 0.05}
DEGREES = {1: 0.12, 2: 0.2, 3: 0.38, 4: 0.25, 5: 0.05}
ANSWERS = {1: 0.09, 2: 0.19, 3: 0.32, 4: 0.28, 5: 0.12}
RATINGS = {1: 0.03, 2: 0.14, 3: 0.52, 4: 0.24, 5: 0.07}
BASE = -2.97
# Middle of a column, and effect of one unit above it on the log odds of leaving.
WEIGHTS = {
    "age": (39, -0.015),
    "children": (1.1, -0.25),
    "previous_employers": (2.4, 0.12),
    "job_level": (2.2, -0.15),
    "tenure_years": (6, -0.12),
    "years_since_promotion": (2.3, 0.17),
    "years_with_manager": (2.3, -0.06),
    "compa_ratio": (1.0, -2.8),
    "last_raise_percent": (3.2, -0.12),
    "weekly_hours": (40, 0.03),
    "remote_days": (1.5, -0.2),
    "training_days": (2.8, -0.08),
    "absence_days": (6, 0.075),
    "job_satisfaction": (3.2, -0.3),
    "work_life_balance": (3.2, -0.2),
    "manager_rating": (3.2, -0.33),
    "commitment_score": (62, -0.022),
    "performance_rating": (3.2, -0.45),
    "overtime": (0, 0.8),
}
CODE_WEIGHTS = {
    ("gender", "female"): 0.1,
    ("department", "Sales"): 0.25,
    ("department", "Research"): -0.15,
    ("marital_status", "single"): 0.2,
    ("contract", "fixed-term"): 0.6,
    ("business_travel", "often"): 0.45,
}
FARTHER = 0.33
"""Effect of e times the distance; the middle is 11 km."""
UNANSWERED = {"job_satisfaction": 0.03, "work_life_balance": 0.03}
UNANSWERED |= {"manager_rating": 0.04, "commitment_score": 0.06}
ORDER = ("age", "gender", "age_group", "marital_status", "children", "education", "department")
ORDER += ("contract", "job_level", "experience_years", "previous_employers", "tenure_years")
ORDER += ("years_in_role", "years_since_promotion", "years_with_manager", "monthly_income")
ORDER += ("compa_ratio", "last_raise_percent", "business_travel", "overtime", "weekly_hours")
ORDER += ("remote_days", "distance_km", "training_days", "absence_days", "job_satisfaction")
ORDER += ("work_life_balance", "manager_rating", "commitment_score", "performance_rating", "left")


def simulate(
    rows: int,
    *,
    seed: int,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """`rows` employees: `employee_id`, 30 columns, and `left` (16 % are 1).

    `gender` and `age_group` are there to judge a model by; `diverse` is a group too small to judge.
    The same seed and day give the same rows, and a larger table begins with the same rows. Ids
    differ between days and between seeds. No classifier can reach a ROC AUC of much above 0.83:
    who leaves is mostly chance.

    `shift` adds drift. A numeric column is shifted by that many standard deviations, within its
    range; in a categorical column, that share of rows gets the rarest code. Both still affect
    leaving as before. `{"left": 0.3}` inverts 30 % of the outcomes (concept drift). Raises
    `InputError` for another column or a share outside 0 to 1.
    """
    import numpy as np
    import pandas as pd

    shift = dict(shift or {})
    require_possible(shift, [*NUMERIC, *CATEGORICAL, "left"], NUMERIC)
    streams = streams_of(seed, day)
    table = _employed(rows, streams)
    for name in shift.keys() & table.keys():
        table[name] = _shifted(name, table[name], shift[name], streams)
    table["age_group"] = np.select(
        [table["age"] < 30, table["age"] < 50], ["under 30", "30 to 49"], "50 and over"
    )
    table["left"] = drawn(_log_odds(table), shift.get("left", 0.0), streams)
    for name, share in UNANSWERED.items():
        table[name] = np.where(streams(f"missing {name}").random(rows) < share, np.nan, table[name])
    known = {name: table[name] for name in ORDER}
    return pd.DataFrame({"employee_id": ids("E", rows, seed, day), **known})


def _employed(rows: int, streams: Streams) -> dict[str, np.ndarray]:
    """The columns without drift, but for `age_group`."""
    age, mood = (streams(name).standard_normal(rows) for name in ("age", "mood"))
    table = _person(age, streams)
    table |= _career(table, age, streams)
    table |= _pay(table, streams)
    table |= _work(mood, streams)
    table |= _answers(table, mood, streams)
    measured = {name: _measured(name, table[name]) for name in NUMERIC}
    return table | measured


def _person(age: np.ndarray, streams: Streams) -> dict[str, np.ndarray]:
    def latent(name: str) -> np.ndarray:
        return streams(name).standard_normal(len(age))

    return {
        "age": (39.5 + 10.5 * age).clip(18, 64).round(),
        "gender": coded(CATEGORICAL["gender"], latent("gender")),
        "education": coded(DEGREES, latent("education")),
        "marital_status": coded(
            CATEGORICAL["marital_status"], mixed(-0.3, age, latent("marital_status"))
        ),
        "children": 1.0 + mixed(0.35, age, latent("children")),
    }


def _career(
    person: dict[str, np.ndarray], age: np.ndarray, streams: Streams
) -> dict[str, np.ndarray]:
    """Years at work, of which a part is in this job; those in the role are among them."""
    import numpy as np

    rows = len(age)
    spread = 7 * streams("experience_years").standard_normal(rows)
    experience = (0.6 * (person["age"] - 22) + 3 + spread).clip(0, person["age"] - 18)
    tenure = experience * streams("tenure_years").random(rows) ** 1.1

    def years(name: str, mean: float) -> np.ndarray:
        return np.minimum(tenure, -mean * np.log1p(-streams(name).random(rows)))

    senior = (experience - 13) / 8.4
    degree = (person["education"] - 2.9) / 1.05
    level = 0.45 * senior + 0.3 * degree + 0.84 * streams("job_level").standard_normal(rows)
    moves = (experience - tenure) / 5 + streams("previous_employers").standard_normal(rows)
    return {
        "experience_years": experience,
        "tenure_years": tenure,
        "years_in_role": years("years_in_role", 4),
        "years_since_promotion": years("years_since_promotion", 3.5),
        "years_with_manager": years("years_with_manager", 3.5),
        "job_level": coded(LEVELS, level),
        "previous_employers": 1 + moves,
        "department": coded(CATEGORICAL["department"], streams("department").standard_normal(rows)),
        "contract": coded(
            CATEGORICAL["contract"], mixed(-0.25, age, streams("contract").standard_normal(rows))
        ),
    }


def _pay(table: dict[str, np.ndarray], streams: Streams) -> dict[str, np.ndarray]:
    """Pay by level, and relative to what others pay for the same job (`compa_ratio`)."""
    import numpy as np

    rows = len(table["job_level"])
    compa = 1 + 0.12 * streams("compa_ratio").standard_normal(rows)
    compa -= 0.03 * (table["gender"] == "female")
    noise = 0.21 * streams("monthly_income").standard_normal(rows)
    performance = coded(RATINGS, streams("performance_rating").standard_normal(rows))
    raised = streams("last_raise_percent").standard_normal(rows)
    return {
        "compa_ratio": compa,
        "monthly_income": 2600 * np.exp(0.21 * (table["job_level"] - 1) + noise) * compa,
        "performance_rating": performance,
        "last_raise_percent": 3.2 + 1.5 * mixed(0.35, (performance - 3.2) / 0.85, raised),
    }


def _work(mood: np.ndarray, streams: Streams) -> dict[str, np.ndarray]:
    import numpy as np

    def latent(name: str) -> np.ndarray:
        return streams(name).standard_normal(len(mood))

    overtime = coded(CATEGORICAL["overtime"], latent("overtime"))
    return {
        "overtime": overtime,
        "weekly_hours": 39 + 5 * overtime + 3 * latent("weekly_hours"),
        "remote_days": 1.4 + 1.6 * latent("remote_days"),
        "distance_km": 11 * np.exp(0.8 * latent("distance_km")),
        "business_travel": coded(CATEGORICAL["business_travel"], latent("business_travel")),
        "training_days": 2.8 + 1.7 * latent("training_days"),
        "absence_days": 5 * np.exp(0.65 * mixed(-0.3, mood, latent("absence_days"))),
    }


def _answers(
    table: dict[str, np.ndarray], mood: np.ndarray, streams: Streams
) -> dict[str, np.ndarray]:
    """What employees say; those in a bad mood say so everywhere."""

    def latent(name: str, strength: float) -> np.ndarray:
        return mixed(strength, mood, streams(name).standard_normal(len(mood)))

    tired = 0.5 * table["overtime"] - 0.14
    return {
        "job_satisfaction": coded(ANSWERS, latent("job_satisfaction", 0.65)),
        "work_life_balance": coded(ANSWERS, latent("work_life_balance", 0.45) - tired),
        "manager_rating": coded(ANSWERS, latent("manager_rating", 0.5)),
        "commitment_score": 62 + 16 * latent("commitment_score", 0.65),
    }


def _measured(name: str, values: np.ndarray) -> np.ndarray:
    """Rounded, within the range of the column."""
    _, low, high, decimals = NUMERIC[name]
    rounded = values.clip(low, high).round(decimals)
    return rounded if decimals else rounded.astype("int64")


def _shifted(name: str, values: np.ndarray, amount: float, streams: Streams) -> np.ndarray:
    if name in NUMERIC:
        return _measured(name, values + amount * NUMERIC[name][0])
    return to_rarest(name, values, CATEGORICAL[name], amount, streams)


def _log_odds(table: dict[str, np.ndarray]) -> np.ndarray:
    """Of leaving within a year."""
    import numpy as np

    logit = BASE + FARTHER * np.log(table["distance_km"] / 11)
    for name, (middle, weight) in WEIGHTS.items():
        logit += weight * (table[name] - middle)
    for (name, code), weight in CODE_WEIGHTS.items():
        logit += weight * (table[name] == code)
    return logit
