"""Predict the first rows of a file as one frame: `python -m benchmarks.scoring.frame PATH ROWS`."""

import sys

from benchmarks.checkout import MODEL
from benchmarks.loop.child import answer, timed
from mlops_assets.definitions import defs
from mlops_assets.kinds.loading import load_model
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.loading import spec_of
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings


def main() -> None:
    """The version in production types and predicts them."""
    import pyarrow.parquet as pq

    path, rows = sys.argv[1], int(sys.argv[2])
    settings, spec = Settings.from_environment(), spec_of(defs(), MODEL)
    open_store(settings)
    serving = registry_of(settings, spec).of(spec.registered_name).serving()
    model = load_model(f"models:/{model_id_of(serving)}", spec.model.type)
    with pq.ParquetFile(path) as file:
        frame = next(file.iter_batches(rows)).to_pandas()
    model.predict(spec.typed(frame.head(1_000)))
    seconds, _ = timed(lambda: model.predict(spec.typed(frame)))
    answer(seconds=seconds, rows=len(frame))


if __name__ == "__main__":
    main()
