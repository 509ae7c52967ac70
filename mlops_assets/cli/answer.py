"""What a command answers: lines for people or, with --json, one JSON document and nothing else."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import UnsupportedOperation
from typing import Any

import typer


def print_json(facts: Any) -> None:
    """Print the one JSON document of `--json`: values, dataclasses, pydantic models, or lists."""
    from pydantic_core import to_json

    typer.echo(to_json(facts, indent=2, inf_nan_mode="null").decode())


@contextmanager
def lines_to_stderr(as_json: bool) -> Iterator[None]:
    """With `as_json`, everything that the block prints goes to stderr, also from libraries."""
    if not as_json:
        yield
        return
    with redirect_stdout(sys.stderr), _descriptor_to_stderr():
        yield


@contextmanager
def _descriptor_to_stderr() -> Iterator[None]:
    """Point the descriptor of stdout, which C libraries and child processes use, at stderr."""
    try:
        out, err = sys.__stdout__.fileno(), sys.__stderr__.fileno()  # type: ignore[union-attr]
    except (AttributeError, UnsupportedOperation):  # a program without streams of its own
        yield
        return
    kept = os.dup(out)
    try:
        os.dup2(err, out)
        yield
    finally:
        os.dup2(kept, out)
        os.close(kept)
