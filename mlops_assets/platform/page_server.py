"""Render one page after another, each in a fork of this process.

Evidently takes 3 to 6 seconds to import and one to render a page. This program imports it once:
`python -m mlops_assets.platform.page_server`. Each line of its input is a page as JSON: the module
that renders it, the module's arguments, and a file for errors. Each line of its output is the exit
code of that module.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
from typing import Any


def main() -> None:
    """Render the pages of the input until it ends."""
    gc.disable()  # collecting Evidently's many objects would take as long as importing them
    import evidently.presets  # noqa: F401

    for line in sys.stdin:
        print(_render_in_fork(json.loads(line)), flush=True)


def _render_in_fork(page: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        _render(page)  # an exception ends this process as any other
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _render(page: dict[str, Any]) -> None:
    """Run the module, as `python -m` does; what it prints goes nowhere, its errors to the file."""
    for number, name in enumerate((os.devnull, os.devnull, page["errors"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    sys.argv = [page["module"], *page["arguments"]]
    runpy.run_module(page["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
    os._exit(0)
