"""What Dagster alone takes for as many assets, checks, jobs, schedules and sensors as models have.

`python -m benchmarks.scale.bare MODELS`, imported by load.py's programs: nothing of ours is in it.
"""

import dagster as dg

TRAINING = ("raw", "profile", "features", "model", "evaluation", "version", "production")
DAILY = ("live", "predictions", "drift", "performance", "experiment")
SPECS, BLOCKING = 5, 3
DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01")


def defs(models: int) -> dg.Definitions:
    """The definitions of so many models that do nothing."""
    return dg.Definitions.merge(*(_model(f"model_{number}") for number in range(models)))


def _model(name: str) -> dg.Definitions:
    assets = [_asset(name, it, None) for it in TRAINING] + [_asset(name, it, DAYS) for it in DAILY]
    checks = [_checks(name, it) for it in ("raw", "features", "live")]
    jobs = [
        dg.define_asset_job(f"{name}_{job}", dg.AssetSelection.groups(name) & _of(name, own))
        for job, own in (("retrain", TRAINING), ("monitor", DAILY))
    ]
    schedules = [
        dg.ScheduleDefinition(
            name=f"{it.name}_nightly",
            job_name=it.name,
            cron_schedule="0 2 * * *",
            execution_fn=lambda _: dg.SkipReason("nothing"),
        )
        for it in jobs
    ]
    sensor = dg.SensorDefinition(
        name=f"{name}_sensor", job_name=jobs[0].name, evaluation_fn=lambda _: None
    )
    return dg.Definitions(
        assets=assets, asset_checks=checks, jobs=jobs, schedules=schedules, sensors=[sensor]
    )


def _of(name: str, assets: tuple[str, ...]) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*(dg.AssetKey([name, it]) for it in assets))


def _asset(name: str, asset: str, days: dg.PartitionsDefinition | None) -> dg.AssetsDefinition:
    specs = [
        dg.AssetCheckSpec(f"{asset}_{it}", asset=dg.AssetKey([name, asset]), partitions_def=days)
        for it in range(SPECS if asset == "profile" else 1)
    ]

    def body(context):
        return None

    return dg.asset(
        name=asset, key_prefix=name, group_name=name, check_specs=specs, partitions_def=days
    )(body)


def _checks(name: str, asset: str) -> dg.AssetChecksDefinition:
    key = dg.AssetKey([name, asset])
    specs = [dg.AssetCheckSpec(f"blocks_{it}", asset=key, blocking=True) for it in range(BLOCKING)]

    def body(context):
        yield from ()

    return dg.multi_asset_check(name=f"{name}_{asset}_checks", specs=specs)(body)
