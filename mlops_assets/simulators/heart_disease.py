"""Simulated patients examined for heart disease, after the Cleveland study.

No row is a real person. Ranges, shares and dependencies follow publications on the Cleveland
data: Detrano R. et al. (1989), International application of a new probability algorithm for the
diagnosis of coronary artery disease, American Journal of Cardiology 64(5), 304-310; UCI Machine
Learning Repository, doi:10.24432/C52P4X. Category codes start at 0, as in most copies in
use (UCI's own file counts `cp` and `slope` from 1 and writes `thal` as 3, 6, 7):

| column | unit or codes |
| --- | --- |
| age, trestbps, chol, thalach | years; resting blood pressure, mm Hg; mg/dl; highest heart rate |
| sex, fbs, exang | 1 = male; fasting sugar above 120 mg/dl; angina when exercising |
| cp | chest pain: 0 none, 1 atypical angina, 2 other pain, 3 typical angina |
| restecg | resting ECG: 0 thick ventricle, 1 normal, 2 abnormal wave |
| oldpeak, slope | ST depression, mm; its slope: 0 down, 1 flat, 2 up |
| ca, thal | vessels coloured, 0-3; thallium scan: 1 fixed defect, 2 normal, 3 reversible |
| target | 1 = a vessel narrowed by half or more |
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

# Mean, standard deviation, lowest and highest value in the study.
NUMERIC = {
    "age": (54.4, 9.0, 29, 77),
    "trestbps": (131.7, 17.6, 94, 200),
    "chol": (246.7, 51.8, 126, 564),
    "thalach": (149.6, 22.9, 71, 202),
    "oldpeak": (1.04, 1.16, 0, 6.2),
}
# The study's share of each code, from the least to the most severe.
CATEGORICAL = {
    "sex": {0: 0.32, 1: 0.68},
    "cp": {1: 0.17, 2: 0.28, 3: 0.08, 0: 0.47},
    "fbs": {0: 0.85, 1: 0.15},
    "restecg": {1: 0.50, 0: 0.485, 2: 0.015},
    "exang": {0: 0.67, 1: 0.33},
    "slope": {2: 0.47, 1: 0.46, 0: 0.07},
    "ca": {0: 0.59, 1: 0.22, 2: 0.13, 3: 0.06},
    "thal": {2: 0.55, 1: 0.06, 3: 0.39},
}
# Correlation of each code's latent variable with the severity of the illness.
SEVERITY = {"cp": 0.5, "restecg": 0.2, "exang": 0.6, "slope": 0.55, "ca": 0.5, "thal": 0.55}
# Effect of one unit of a column, or of a code, on the log odds of being ill.
WEIGHTS = {"sex": 1.2, "trestbps": 0.02, "chol": 0.005, "thalach": -0.02}
WEIGHTS |= {"exang": 0.8, "oldpeak": 0.5, "ca": 1.3}
CODE_WEIGHTS = {("cp", 0): 1.8, ("slope", 1): 0.9, ("thal", 3): 1.6, ("thal", 1): 0.6}
MISSING = {"ca": 0.03, "thal": 0.02}
ORDER = ("age", "sex", "cp", "trestbps", "chol", "fbs", "restecg")
ORDER += ("thalach", "exang", "oldpeak", "slope", "ca", "thal", "target")


def simulate(
    rows: int,
    *,
    seed: int,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """`rows` patients: `patient_id`, the 13 columns of the study, and `target` (46 % are 1).

    The same seed and day give the same rows, and a larger table begins with the same rows. Ids
    differ between days and between seeds. A good classifier reaches a ROC AUC of about 0.9.

    `shift` adds drift. A numeric column is shifted by that many standard deviations, within its
    range; in a categorical column, that share of rows gets the rarest code. Both still affect the
    target as before. `{"target": 0.3}` inverts 30 % of the diagnoses (concept drift). Raises
    `InputError` for another column or a share outside 0 to 1.
    """
    import numpy as np
    import pandas as pd

    shift = dict(shift or {})
    require_possible(shift, ORDER, NUMERIC)
    streams = streams_of(seed, day)
    table = _examined(rows, streams)
    for name in shift.keys() & table.keys():
        table[name] = _shifted(name, table[name], shift[name], streams)
    table["target"] = _diagnosed(table, shift.get("target", 0.0), streams)
    for name, share in MISSING.items():
        lost = streams(f"missing {name}").random(rows) < share
        table[name] = np.where(lost, np.nan, table[name])
    known = {name: table[name] for name in ORDER}
    return pd.DataFrame({"patient_id": ids("P", rows, seed, day), **known})


def _examined(rows: int, streams: Streams) -> dict[str, np.ndarray]:
    """The 13 columns without drift; the others depend on age, sex and the illness."""
    import numpy as np

    def noise(name: str) -> np.ndarray:
        return streams(name).standard_normal(rows)

    age = noise("age")
    sex = _coded("sex", mixed(-0.1, age, noise("sex")))
    male = (sex - 0.68) / 0.47
    illness = 0.3 * age + 0.45 * male + 0.84 * noise("illness")
    latent = {
        "age": age,
        "trestbps": mixed(0.28, age, noise("trestbps")),
        # Skewed to the right, as cholesterol is.
        "chol": np.expm1(0.21 * (0.21 * age - 0.2 * male + 0.95 * noise("chol"))) / 0.21,
        "thalach": -0.39 * age - 0.3 * illness + 0.82 * noise("thalach"),
        # Cut off at 0, a third of all patients have no ST depression at all.
        "oldpeak": 1.34 * mixed(0.5, illness, noise("oldpeak")) - 0.3,
    }
    table = {name: _measured(name, values) for name, values in latent.items()}
    table |= {"sex": sex, "fbs": _coded("fbs", mixed(0.12, age, noise("fbs")))}
    for name, strength in SEVERITY.items():
        table[name] = _coded(name, mixed(strength, illness, noise(name)))
    return table


def _measured(name: str, deviations: np.ndarray) -> np.ndarray:
    """Convert standard deviations to the column's unit, rounded and clipped to its range."""
    mean, deviation, low, high = NUMERIC[name]
    return _rounded(name, (mean + deviation * deviations).clip(low, high))


def _rounded(name: str, values: np.ndarray) -> np.ndarray:
    return values.round(1) if name == "oldpeak" else values.round().astype("int64")


def _coded(name: str, latent: np.ndarray) -> np.ndarray:
    return coded(CATEGORICAL[name], latent)


def _shifted(name: str, values: np.ndarray, amount: float, streams: Streams) -> np.ndarray:
    if name in NUMERIC:
        _, deviation, low, high = NUMERIC[name]
        return _rounded(name, (values + amount * deviation).clip(low, high))
    return to_rarest(name, values, CATEGORICAL[name], amount, streams)


def _diagnosed(table: dict[str, np.ndarray], inverted: float, streams: Streams) -> np.ndarray:
    """1 if ill, by a logistic model with effects roughly as in the study."""
    import numpy as np

    logit = np.full(len(table["age"]), -5.5)
    for name, weight in WEIGHTS.items():
        logit += weight * table[name]
    for (name, code), weight in CODE_WEIGHTS.items():
        logit += weight * (table[name] == code)
    return drawn(logit, inverted, streams)
