"""The Dagster instance of sensors, which stays open from tick to tick."""

import dagster as dg

from mlops_assets.platform.dagster.private import InstanceRef

OPEN: list[tuple[InstanceRef, dg.DagsterInstance]] = []
"""The one that this process has opened last."""


def instance_of(context: dg.SensorEvaluationContext) -> dg.DagsterInstance:
    """The instance of a tick.

    `context.instance`, and `context.log` with it, opens another one in every tick, which reads all
    migrations of its storage: half of the time of a tick without news. Tests give their own.
    """
    reference = context.instance_ref
    if reference is None:
        return context.instance
    if not OPEN or OPEN[0][0] != reference:
        OPEN[:] = [(reference, dg.DagsterInstance.from_ref(reference))]
    return OPEN[0][1]
