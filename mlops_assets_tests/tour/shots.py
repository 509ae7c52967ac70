"""Which pages docs/tour.md shows, and which part of each."""

from dataclasses import dataclass

DAGSTER, MLFLOW, API = "dagster", "mlflow", "api"
PANEL = "table:has(tr:has-text('mlflow_run')) >> nth=0 >> xpath=.."
MAIN = "body"
HEART, GOLDEN = "/assets/heart_disease", "/assets/golden_record"
ON = "view=partitions&partition"
MODELS = "/#/models/heart-disease-model"


@dataclass(frozen=True)
class Shot:
    """A picture of `part` (a selector) of a page, at most `height` pixels of it.

    `{drifted}`, `{yesterday}` and `{experiment}` stand in paths for what a new home has; `wait` is
    a selector of what comes last, and `click` one of a link to follow then. `cut` are pixels that
    are cut off: left, top and right.
    """

    name: str
    path: str
    part: str = PANEL
    server: str = DAGSTER
    height: int = 1300
    wait: str = "body"
    click: str = ""
    width: int = 1500
    cut: tuple[int, int, int] = (0, 0, 0)


SHOTS = (
    Shot(
        "graph",
        "/locations/mlops_assets/asset-groups/heart_disease/lineage",
        MAIN,
        height=620,
        wait="text=drift_report",
        width=2200,
        cut=(270, 190, 50),
    ),
    Shot("trained_model", f"{HEART}/trained_model"),
    Shot("evaluation", f"{HEART}/evaluation", height=2200),
    Shot("registered_version", f"{HEART}/registered_version"),
    Shot("production_version", f"{HEART}/production_version"),
    Shot("drift_report", f"{HEART}/drift_report?{ON}={{drifted}}"),
    Shot("performance_report", f"{HEART}/performance_report?{ON}={{drifted}}"),
    Shot(
        "sensor",
        "/locations/mlops_assets/sensors/heart_disease_drift_sensor",
        MAIN,
        height=740,
        wait="text=View logs",
    ),
    Shot("automation", "/automation", MAIN, height=740, wait="text=heart_disease_drift_sensor"),
    Shot("life", "/overview/heart-disease-model", MAIN, height=1250, wait="svg.life"),
    Shot("scored_pairs", f"{GOLDEN}/scored_pairs?{ON}={{yesterday}}"),
    Shot("entity_map", f"{GOLDEN}/entity_map?{ON}={{yesterday}}"),
    Shot("golden_records", f"{GOLDEN}/golden_records?{ON}={{yesterday}}"),
    Shot("review_queue", f"{GOLDEN}/review_queue?{ON}={{yesterday}}"),
    Shot(
        "queue_page",
        f"{GOLDEN}/review_queue?{ON}={{yesterday}}",
        "iframe",
        height=860,
        wait="text=review_queue.html",
        click="text=review_queue.html",
    ),
    Shot("linkage", f"{GOLDEN}/evaluation", height=1700),
    Shot("experiment", "/#/experiments/{experiment}", MAIN, MLFLOW, 760, "text=heart_disease ("),
    Shot("model", MODELS, MAIN, MLFLOW, 860, "text=Version 2"),
    Shot("version", f"{MODELS}/versions/2", MAIN, MLFLOW, 1400, "text=Worst slices"),
    Shot("api", "/docs", MAIN, API, 1500),
)
