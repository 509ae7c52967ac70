"""Tell in Dagster which models could not be loaded, while all others run."""

from collections.abc import Sequence

import dagster as dg

from mlops_assets.errors import CombinedInputError, InputError, logger

LOG = logger(__name__)
NAME, SECONDS = "refused_models", 600


def refused_models(mistakes: Sequence[InputError]) -> dg.Definitions:
    """A sensor that fails with the mistakes in defs.yaml; nothing if there are none.

    It is shown as failing under Automation until the files are corrected and the code location is
    reloaded. The log of the code server has each mistake, too.
    """
    if not mistakes:
        return dg.Definitions()
    for mistake in mistakes:
        LOG.error("a model is not loaded: %s", mistake)

    def tell(_: dg.SensorEvaluationContext) -> None:
        raise mistakes[0] if len(mistakes) == 1 else CombinedInputError(mistakes)

    sensor = dg.SensorDefinition(
        name=NAME,
        evaluation_fn=tell,
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Models whose defs.yaml is invalid: they are not loaded, all others are.",
    )
    return dg.Definitions(sensors=[sensor])
