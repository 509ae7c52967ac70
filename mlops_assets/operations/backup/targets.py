"""Where the parts of a backup go that have a variable of their own."""

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.manifest import Dump, Manifest
from mlops_assets.operations.backup.postgres_programs import RESTORE, require_program
from mlops_assets.operations.backup.stores import (
    RUNS,
    database_urls,
    default_file,
    local_folder,
    sqlite_file,
)
from mlops_assets.platform.dagster.home import dagster_home
from mlops_assets.platform.dagster.storage import require_package
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.warehouse.reading import shown


def targets(given: Manifest, settings: Settings) -> dict[str, Dump]:
    """The PostgreSQL database that each dump goes to, by URL.

    Raises `InputError` where a variable names none, where two dumps would go to the same one,
    where Dagster's could not be opened, and where no `pg_restore` can read a dump.
    """
    found: dict[str, Dump] = {}
    fields = {variable: field for field, variable in VARIABLES.items()}
    if given.holds(STORAGE_VARIABLE):
        require_package()
    for dump in given.dumps:
        if dump.pg_dump:
            require_program(RESTORE, dump.pg_dump, f"pg_dump {dump.pg_dump} wrote {dump.place}")
        for variable in dump.variables:
            url = str(getattr(settings, fields[variable]))
            if not is_postgres(url):
                raise InputError(
                    seen=f"the backup holds a PostgreSQL database for {variable}, which names none",
                    expected="the URL of an empty database: postgresql://user@host/database",
                    todo=f"create one and set {variable}",
                )
            if found.setdefault(url, dump) != dump:
                raise InputError(
                    seen=f"two databases of the backup would go to {shown(url)}, one of {variable}",
                    expected="a database for each",
                    todo=f"create another and set {variable}",
                )
    return found


def set_elsewhere(settings: Settings, given: Manifest) -> list[str]:
    """The variables that lead past what was restored into the home."""
    notes = []
    for field, url in database_urls(settings).items():
        restored = default_file(field, settings.home)
        if restored and restored.exists() and sqlite_file(url) != restored:
            notes.append(f"{VARIABLES[field]} names {shown(url)}; restored is {restored}")
    runs, url = settings.dagster_home / RUNS, settings.dagster_storage_url
    if url and runs.exists() and not given.holds(STORAGE_VARIABLE):
        notes.append(f"{STORAGE_VARIABLE} names {shown(url)}; restored is {runs}")
    if (used := dagster_home(settings)) != settings.dagster_home:
        notes.append(f"DAGSTER_HOME names {used}; restored is {settings.dagster_home}")
    lake = settings.home / "lake"
    if lake.exists() and any(lake.iterdir()) and local_folder(settings.lake_url) != lake:
        notes.append(f"LAKE_URL names another place; restored is {lake}")
    return notes
