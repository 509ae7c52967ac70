"""Texts are counted by what their words are, or by digests of them where they are personal."""

import pandas as pd

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import build_profile, profile_day

KNOWN = pd.DataFrame({"name": ["asha devi", "ravi kumar", "asha kumar", "ravi devi"] * 50})
NEW = pd.DataFrame({"name": ["asha devi", "tom smith", "", "ravi smith"] * 50})
COLUMNS = Columns(text=["name"])


def test_digests_count_as_the_words_themselves():
    plain = build_profile(KNOWN, COLUMNS)
    hidden = build_profile(KNOWN, COLUMNS, personal=PersonalData(("name",)))
    for day in (KNOWN, NEW):
        seen, same = (profile_day(it, day).profiles["name"] for it in (plain, hidden))
        assert (seen.unseen, seen.lengths) == (same.unseen, same.lengths)


def test_no_personal_word_is_kept():
    kept = build_profile(KNOWN, COLUMNS, personal=PersonalData(("name",))).model_dump_json()
    assert not [word for word in ("asha", "devi", "ravi", "kumar") if word in kept]
