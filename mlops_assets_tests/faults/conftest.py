"""Commands in the test's own process."""

import sys

import pytest

from mlops_assets.cli import main


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs `mlops-assets`, as a process would, and gives its exit code and what it says."""

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["mlops-assets", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out + said.err

    return run
