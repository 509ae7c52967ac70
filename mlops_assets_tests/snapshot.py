"""Write the snapshot of asset and check keys anew: `python -m mlops_assets_tests.snapshot`."""

from pathlib import Path

import dagster as dg

SNAPSHOT = Path(__file__).parent / "asset_keys.txt"


def keys(loaded: dg.Definitions, model: str) -> list[str]:
    """The assets of `model`, then its checks as `asset:check`, each sorted."""
    graph = loaded.resolve_asset_graph()
    assets = [spec.key for spec in loaded.resolve_all_asset_specs()]
    checks = [
        (key.asset_key, f"{key.asset_key.path[-1]}:{key.name}") for key in graph.asset_check_keys
    ]
    return [
        *sorted(key.path[-1] for key in assets if key.path[0] == model),
        *sorted(name for key, name in checks if key.path[0] == model),
    ]


if __name__ == "__main__":
    from mlops_assets.definitions import defs

    found = [key for key in keys(defs(), "heart_disease") if key != "served_version"]
    SNAPSHOT.write_text("\n".join(found) + "\n")
