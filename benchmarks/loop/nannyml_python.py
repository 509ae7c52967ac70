"""NannyML in a Python of its own, because it pins what this project has newer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.loop.child import run_module, run_quietly
from benchmarks.report import progress

# Version 0.13.1 imports statsmodels without depending on it.
PACKAGES = ("nannyml==0.13.1", "statsmodels")


def nannyml_python(folder: Path) -> tuple[str, str]:
    """Its Python, made in `folder`, or empty and the reason why there is none."""
    python = str(folder / "bin" / "python")
    uv = str(Path(sys.executable).with_name("uv"))
    try:
        run_quietly([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        run_quietly([uv, "pip", "install", "--quiet", "--python", python, *PACKAGES])
        run_quietly([python, "-c", "import nannyml"])
    except (RuntimeError, FileNotFoundError) as error:
        progress(str(error))
        return "", f"NannyML could not be installed ({type(error).__name__}): not measured"
    return python, ""


def run_nannyml(module: str, *arguments: object, python: str) -> dict[str, Any]:
    """The figures of `benchmarks.loop.MODULE`, run by NannyML's Python without its telemetry."""
    return run_module(module, *arguments, python=python, NML_DISABLE_USAGE_LOGGING="1")
