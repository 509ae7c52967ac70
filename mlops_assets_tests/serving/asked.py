"""Make a log as if its requests had been asked on another day: no test waits for midnight."""

from datetime import UTC, date, datetime

from mlops_assets.data.prediction_log.places import label_files, log_files
from mlops_assets.platform.settings import Settings


def move_to(settings: Settings, model: str, day: date) -> None:
    """Move the newest requests of a model's log, which are from today, to `day`."""
    today = datetime.now(UTC).date()
    for file in log_files(settings.home, model):
        if file.name.startswith(str(today)):
            text = file.read_text().replace(f'"at":"{today}', f'"at":"{day}')
            place = file.with_name(file.name.replace(str(today), str(day)))
            with place.open("a") as opened:
                opened.write(text)
            file.unlink()


def labels_of(settings: Settings, model: str) -> str:
    """All that is kept of the labels."""
    return "".join(it.read_text() for it in label_files(settings.home, model))
