"""The commit of a folder, asked of a real Git."""

import subprocess
from pathlib import Path

import pytest

from mlops_assets.platform.git_commit import Commit, commit_of
from mlops_assets.registry.overview import commit_at


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Anna | Berg", "-c", "user.email=anna@example.org")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path) -> Path:
    """A repository with one commit, and a model in it."""
    model = tmp_path / "defs" / "churn"
    model.mkdir(parents=True)
    (model / "defs.yaml").write_text("name: churn")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--no-gpg-sign", "-m", "Stricter gates\n\nbecause")
    return model


def test_a_commit_has_its_author_and_first_line(repository):
    found = commit_of(repository)
    assert len(found.commit) == 40
    assert (found.author, found.subject) == ("Anna | Berg", "Stricter gates")
    assert found.committed[:2] == "20"
    assert str(found) == f"{found.short} by Anna | Berg: Stricter gates"


def test_a_subject_of_any_length_can_be_recorded(repository):
    git(repository, "commit", "--quiet", "--no-gpg-sign", "--allow-empty", "-m", "very " * 2000)
    assert len(commit_of(repository).subject) == 200


@pytest.mark.parametrize("file", ["defs.yaml", "new.yaml"])
def test_changed_and_new_files_are_told(repository, file):
    (repository / file).write_text("name: other")
    found = commit_of(repository)
    assert found.changed
    assert found.short.endswith("+")
    assert str(found).endswith("(with uncommitted changes)")


def test_without_a_repository_or_a_commit_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    assert commit_of(tmp_path).problem.startswith("not a git repository")
    git(tmp_path, "init", "--quiet")
    assert "does not have any commits yet" in str(commit_of(tmp_path))
    assert commit_of(tmp_path / "gone").commit == ""


def test_without_git_it_says_so(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    assert commit_of(repository) == Commit(problem="git is not installed")
    assert str(commit_of(repository)) == "none: git is not installed"


def test_a_version_without_the_tag_or_with_another_text_in_it_has_none():
    assert commit_at({}) == commit_at({"git": "{"}) == Commit()
    assert str(Commit()) == "none: not recorded"
