"""Every command and import that README and docs/ show exists, with its arguments and options."""

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from mlops_assets_tests.docs.commands import commands
from mlops_assets_tests.docs.pages import ROOT, Shown, blocks, everywhere, spans

OURS = {"mlops-assets", ".venv/bin/mlops-assets"}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def lines() -> list[tuple[Shown, list[str]]]:
    """The words of each command of the bash blocks, without comments."""
    found = [
        (block, shlex.split(line, comments=True))
        for block in everywhere(blocks)
        if block.info == "bash"
        for line in unquoted_ends(block.text.replace("\\\n", " "))
    ]
    return [(block, words) for block, words in found if words]


def unquoted_ends(text: str) -> Iterator[str]:
    """The lines of a block; one that ends within '…' goes on in the next."""
    so_far = ""
    for line in text.splitlines():
        so_far = f"{so_far} {line}" if so_far else line
        if so_far.partition("#")[0].count("'") % 2 == 0:
            yield so_far
            so_far = ""


def in_sentences(name: str) -> list[Shown]:
    shown = (it for it in everywhere(spans) if it.text.startswith(f"{name} "))
    return [it for it in shown if "COMMAND" not in it.text]


LINES = lines()
COMMANDS = [words[1:] for _, words in LINES if words[0] in OURS]
PYTHON = [block for block in everywhere(blocks) if block.info == "python"]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_takes_what_is_shown(words):
    commands()[words[0]].make_context(words[0], words[1:])


def test_a_wrong_option_would_be_seen():
    with pytest.raises(Exception, match="No such option"):
        commands()["retrain"].make_context("retrain", ["heart_disease", "--no-such-option"])


@pytest.mark.parametrize("span", in_sentences("mlops-assets"), ids=str)
def test_a_command_in_a_sentence_exists_with_its_options(span):
    name, *words = span.text.split()[1:]
    known = {option for parameter in commands()[name].params for option in parameter.opts}
    assert known >= {word for word in words if word.startswith("--")}


@pytest.mark.parametrize(("block", "words"), LINES, ids=[str(it) for it, _ in LINES])
def test_a_line_is_of_a_program_that_is_there(block, words):
    """Ours, make with a target that exists, or a tool of .venv; a setting may stand alone."""
    if words[0] == "make":
        assert {it for it in words[1:] if "=" not in it} <= TARGETS
    elif words[0] not in ("export", "apt-get", "curl", "mlops-assets"):
        assert (ROOT / words[0]).exists()
    for word in words:
        path = word.partition("::")[0]
        if path.startswith("mlops_assets_tests/"):
            assert (ROOT / path).exists()


@pytest.mark.parametrize("span", in_sentences("make"), ids=str)
def test_a_target_in_a_sentence_exists(span):
    assert {it for it in span.text.split()[1:] if "=" not in it} <= TARGETS


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_an_import_gives_the_names_it_shows(block):
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom):
            assert {it.name for it in node.names} <= vars(import_module(str(node.module))).keys()
        elif isinstance(node, ast.Import):
            assert all(import_module(it.name) for it in node.names)


def test_there_is_something_of_each():
    assert COMMANDS
    assert PYTHON
    assert Path(LINES[0][1][0]).name == "make"
