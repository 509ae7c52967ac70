"""What Dagster's daemon logs on its first start in a home is left out, everything else is not."""

import logging

import dagster as dg
from dagster._daemon.auto_run_reexecution.event_log_consumer import (
    DAGSTER_EVENT_TYPES,
    EventLogConsumerDaemon,
    _fetch_persisted_cursors,
)

from mlops_assets.platform.dagster.daemon import LOGGER, NO_CURSOR, is_news


def test_only_the_warnings_of_a_first_start_are_left_out(caplog):
    logger = EventLogConsumerDaemon()._logger
    assert logger.name == LOGGER
    instance = dg.DagsterInstance.ephemeral()
    _fetch_persisted_cursors(instance, DAGSTER_EVENT_TYPES, logger)
    assert tuple(caplog.messages) == NO_CURSOR
    caplog.clear()
    logger.addFilter(is_news)
    try:
        _fetch_persisted_cursors(instance, DAGSTER_EVENT_TYPES, logger)
        logger.error("Invalid cursor for event_type RUN_FAILURE: x")
    finally:
        logger.removeFilter(is_news)
    assert [it.levelno for it in caplog.records] == [logging.ERROR]
