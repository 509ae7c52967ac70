"""The Git commit that a file is at, asked of `git` itself."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS = 20
LONGEST = 200
"""Characters of an author or a subject that are kept."""
FORMAT = "%x00".join(("%H", "%an", "%cI", "%s"))


@dataclass(frozen=True)
class Commit:
    """The commit that a repository was at: full hash, author, time (ISO 8601), and first line.

    `changed` says whether files differed from it, or were not in it. Without a commit, `problem`
    says why.
    """

    commit: str = ""
    author: str = ""
    committed: str = ""
    subject: str = ""
    changed: bool = False
    problem: str = ""

    @property
    def short(self) -> str:
        """`3ff1e8d`, with a `+` if files differed from it; empty without a commit."""
        return f"{self.commit[:7]}+" if self.commit and self.changed else self.commit[:7]

    def __str__(self) -> str:
        """`3ff1e8d by Anna: Stricter gates (with uncommitted changes)`."""
        if not self.commit:
            return f"none: {self.problem or 'not recorded'}"
        changed = " (with uncommitted changes)" if self.changed else ""
        return f"{self.commit[:7]} by {self.author}: {self.subject}{changed}"


def commit_of(folder: Path) -> Commit:
    """The commit of the repository that holds `folder`, and whether anything in it was changed.

    Asks `git`, which takes a few milliseconds. If it is slow or not installed, or there is no
    repository, `problem` says so.
    """
    try:
        known = _git(folder, "log", "-1", f"--format={FORMAT}")
        changes = _git(folder, "status", "--porcelain")
    except (FileNotFoundError, PermissionError):
        return Commit(problem="git is not installed")
    except subprocess.TimeoutExpired:
        return Commit(problem=f"git did not answer within {SECONDS} seconds")
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()
        return Commit(problem=said[-1].removeprefix("fatal: ") if said else "git failed")
    texts = (text[:LONGEST] for text in known.rstrip("\n").split("\0"))
    return Commit(*texts, changed=bool(changes.strip()))


def _git(folder: Path, *arguments: str) -> str:
    plainly = ("--no-optional-locks", "-c", "log.showSignature=false")
    command = ["git", *plainly, "-C", str(folder), *arguments]
    run = subprocess.run(
        command,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
    )
    return run.stdout
