"""The migrations of MLflow's and Dagster's databases, read once in a process."""

from alembic.config import Config
from alembic.script import ScriptDirectory

KEPT: dict[str | None, ScriptDirectory] = {}


def remember_migrations() -> None:
    """Keep what is otherwise read from a hundred files for every database that is opened.

    They are constants of what is installed; each database is compared with them as ever.
    """
    read = ScriptDirectory.from_config.__func__

    def kept(cls: type[ScriptDirectory], config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if place not in KEPT:
            KEPT[place] = read(cls, config)
        return KEPT[place]

    ScriptDirectory.from_config = classmethod(kept)
