"""Start Dagster's daemon without the warnings of its first start in a home.

`python -m mlops_assets.platform.dagster.daemon run OPTIONS`: `dagster-daemon`, but quiet.
"""

import logging

LOGGER = "dagster.daemon.EventLogConsumerDaemon"
NO_CURSOR = tuple(
    f"No cursor for event type DagsterEventType.{kind}, ignoring older events"
    for kind in ("RUN_FAILURE", "RUN_SUCCESS")
)
"""It has never looked at runs here, which is no fault; exact texts, so that others are shown."""


def is_news(record: logging.LogRecord) -> bool:
    """Whether the line says more than that the daemon is new here."""
    return record.getMessage() not in NO_CURSOR


def main() -> None:
    """Run Dagster's command line for the daemon with the arguments of this process."""
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.platform.dagster.private import daemon_command
    from mlops_assets.platform.settings import Settings

    open_instance(Settings.from_environment()).dispose()  # sets DAGSTER_HOME, if nobody has
    logging.getLogger(LOGGER).addFilter(is_news)
    daemon_command()


if __name__ == "__main__":
    main()
