"""Map the databases of a backup to the targets configured by environment variables."""

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.manifest import Dump, Manifest
from mlops_assets.operations.backup.postgres_programs import RESTORE, require_program
from mlops_assets.operations.backup.stores import (
    RUNS,
    database_urls,
    default_file,
    local_folder,
)
from mlops_assets.platform.dagster.home import dagster_home
from mlops_assets.platform.dagster.storage import require_package
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import shown


def targets(given: Manifest, settings: Settings) -> dict[str, Dump]:
    """The dump to load into each PostgreSQL database, by URL.

    Raises `InputError` if a variable is not set to a database, if two dumps have the same target,
    if the package to open Dagster's database is missing, or if no `pg_restore` can read a dump.
    """
    found: dict[str, Dump] = {}
    urls = database_urls(settings)
    fields = {variable: field for field, variable in VARIABLES.items()}
    if STORAGE_VARIABLE in given.variables:
        require_package()
    for dump in given.dumps:
        if dump.pg_dump:
            require_program(RESTORE, dump.pg_dump, f"pg_dump {dump.pg_dump} wrote {dump.place}")
        for variable in dump.variables:
            url = urls.get(fields[variable], "")
            if not is_postgres(url):
                raise InputError(
                    seen=f"the backup has a PostgreSQL database for {variable}, which is not "
                    "set to one",
                    expected="the URL of an empty database: postgresql://user@host/database",
                    todo=f"create one and set {variable}",
                )
            if found.setdefault(url, dump) != dump:
                raise InputError(
                    seen=f"two databases of the backup have the target {shown(url)}, one of them "
                    f"for {variable}",
                    expected="a separate database for each",
                    todo=f"create another and set {variable}",
                )
    return found


def set_elsewhere(settings: Settings, given: Manifest) -> list[str]:
    """Notes on variables that point elsewhere than to what was restored into the home."""
    notes = []
    for field, url in database_urls(settings).items():
        restored = default_file(field, settings.home)
        if restored and restored.exists() and sqlite_file(url) != restored:
            notes.append(f"{VARIABLES[field]} is {shown(url)}, but {restored} was restored")
    runs, url = settings.dagster_home / RUNS, settings.dagster_storage_url
    if url and runs.exists() and STORAGE_VARIABLE not in given.variables:
        notes.append(f"{STORAGE_VARIABLE} is {shown(url)}, but {runs} was restored")
    if (used := dagster_home(settings)) != settings.dagster_home:
        notes.append(f"DAGSTER_HOME is {used}, but {settings.dagster_home} was restored")
    lake = settings.home / "lake"
    if lake.exists() and any(lake.iterdir()) and local_folder(settings.lake_url) != lake:
        notes.append(f"LAKE_URL is another place, but {lake} was restored")
    return notes
