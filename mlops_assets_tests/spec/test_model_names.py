"""Names that two models share are found, and nothing else is taken for one."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import defs_files
from mlops_assets.spec.model_names import (
    folder_of,
    model_names,
    name_mistakes,
    registered_names,
    require_distinct_names,
    require_unshared,
)

MODEL = "attributes:\n  {}\n  model: {{type: sklearn}}\n"


def write(folder, **models: str) -> None:
    for name, text in models.items():
        (folder / name).mkdir()
        (folder / name / "defs.yaml").write_text(text)


def test_two_models_with_one_name_are_refused_with_both_places(tmp_path):
    write(tmp_path, one=MODEL.format("name: churn"), two=MODEL.format("name: 'churn'"))
    with pytest.raises(InputError, match=r"name 'churn': .*one/defs.yaml:2 and .*two/defs.yaml:2"):
        require_distinct_names(defs_files(tmp_path))


def test_the_folder_of_a_model_may_have_another_name(tmp_path):
    write(tmp_path, churn=MODEL.format("name: churn"), other=MODEL.format("name: fraud"))
    assert folder_of("churn", tmp_path) == tmp_path / "churn"
    assert folder_of("fraud", tmp_path) == tmp_path / "other"
    assert folder_of("gone", tmp_path) == tmp_path


def test_two_models_in_one_file_are_told_apart_as_well(tmp_path):
    write(tmp_path, both=MODEL.format("name: churn") + "---\n" + MODEL.format("name: churn"))
    with pytest.raises(InputError, match=r"defs.yaml:2 and .*defs.yaml:6"):
        require_distinct_names(defs_files(tmp_path))


def test_a_registered_name_may_not_be_that_of_another_model(tmp_path):
    other = MODEL.format("name: other\n  registered_name: churn")
    write(tmp_path, one=MODEL.format("name: churn"), two=other)
    with pytest.raises(InputError, match="two models have the registered_name 'churn'"):
        require_distinct_names(defs_files(tmp_path))


def test_the_name_of_a_source_or_of_another_component_is_no_name_of_a_model(tmp_path):
    source = "source:\n    type: simulator\n    name: heart_disease\n  name: "
    one, two = MODEL.format(source + "one"), MODEL.format(source + "two")
    write(tmp_path, one=one, two=two, three="attributes: {name: one}\n")
    require_distinct_names(defs_files(tmp_path))
    assert set(model_names(tmp_path)) == {"one", "two"}


def test_what_a_model_is_called_in_the_registry(tmp_path):
    named = MODEL.format("name: churn\n  registered_name: churn-model")
    write(tmp_path, one=named, two=MODEL.format("name: other"))
    assert registered_names(tmp_path) == {"churn": "churn-model", "other": "other"}


def test_a_copy_that_kept_its_name_is_wrong_and_not_the_model_in_the_folder_of_that_name(tmp_path):
    write(tmp_path, attempt=MODEL.format("name: churn"), churn=MODEL.format("name: churn"))
    wrong = name_mistakes(defs_files(tmp_path))
    assert set(wrong) == {tmp_path / "attempt" / "defs.yaml"}


def test_where_nobody_can_tell_whose_a_registered_name_is_both_are_wrong(tmp_path):
    shared = MODEL.replace("{}", "name: {}\n  registered_name: churn-model", 1)
    write(tmp_path, a=shared.format("a"), b=shared.format("b"), c=MODEL.format("name: c"))
    wrong = name_mistakes(defs_files(tmp_path))
    assert set(wrong) == {tmp_path / it / "defs.yaml" for it in ("a", "b")}


def test_a_command_about_one_model_finds_who_shares_its_registered_name(tmp_path):
    shared = MODEL.replace("{}", "name: {}\n  registered_name: churn-model", 1)
    write(tmp_path, a=shared.format("a"), b=shared.format("b"), c=MODEL.format("name: c"))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "defs.yaml").write_text("churn-model: [")
    require_unshared("c", tmp_path)
    with pytest.raises(InputError, match="two models have the registered_name 'churn-model'"):
        require_unshared("a", tmp_path)
