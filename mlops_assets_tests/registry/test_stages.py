"""Names of stages."""

import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.spec.stage_names import STAGING, StageNames

PLANNER = StageNames(staging="candidate")


def test_a_name_is_shown_and_understood():
    assert PLANNER.shown(STAGING) == "candidate"
    assert PLANNER.shown("archived") == "archived"
    assert PLANNER.meaning("candidate") == PLANNER.meaning("staging") == STAGING


@pytest.mark.parametrize(
    ("name", "stage"), [("Production", "production"), ("None", "none"), ("Candidate", STAGING)]
)
def test_mlflows_old_stages_are_understood(name, stage):
    assert PLANNER.meaning(name) == stage


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(InputError, match=r"no stage 'prod'.*candidate"):
        PLANNER.meaning("prod")


@pytest.mark.parametrize("name", ["production", "archived", "latest", "v3", "none", "a b", ""])
def test_a_name_that_means_something_else_is_refused(name):
    with pytest.raises(ValidationError):
        StageNames(staging=name)


def test_two_stages_have_two_names():
    with pytest.raises(ValidationError, match="already taken"):
        StageNames(staging="live", production="live")
