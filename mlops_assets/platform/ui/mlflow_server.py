"""Start MLflow's server without what it prints on every start: `mlflow server`, but quiet.

`python -m mlops_assets.platform.ui.mlflow_server OPTIONS`. Its worker writes past this filter.
"""

import sys
from contextlib import redirect_stderr
from io import TextIOWrapper

NOTICE = (
    "[MLflow] Security middleware enabled with default settings (localhost-only). To allow "
    "connections from other hosts, use --host 0.0.0.0 and configure --allowed-hosts and "
    "--cors-allowed-origins."
)
"""What `up` has decided already: it says who may see the pages."""


class WithoutNotice(TextIOWrapper):
    """A text stream over the same file that leaves out the line `NOTICE`, and nothing else."""

    def write(self, text: str) -> int:
        """Write the text; a line is written by click in one piece."""
        return len(text) if text.rstrip("\n") == NOTICE else super().write(text)


def main() -> None:
    """Run MLflow's command line with the arguments of this process."""
    from mlflow.cli import cli

    same = open(sys.stderr.fileno(), "wb", closefd=False)  # noqa: SIM115 - it stays open
    with redirect_stderr(WithoutNotice(same, line_buffering=True)):
        cli(["server", *sys.argv[1:]], prog_name="mlflow")


if __name__ == "__main__":
    main()
