"""Files of the state in an object store: copied into a backup, and put back into an empty place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.files import Taken
from mlops_assets.operations.backup.locations import Location
from mlops_assets.operations.backup.stores import ARTIFACTS, ELSEWHERE, HOME, LAKE, passes
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.file_systems import is_local, open_files
from mlops_assets.platform.settings import VARIABLES, Settings

AT_ONCE = 16
"""Files that are on their way at the same time: each waits for an answer most of the time."""


@dataclass(frozen=True)
class Remote:
    """A folder outside the home, its place in a backup, and the variable that names it."""

    url: str
    place: str
    variable: str

    def files(self) -> Iterator[tuple[str, str]]:
        """Every file that a backup has: its path in the store, and its place."""
        files, root = open_files(self.url, self.variable)
        for path in sorted(files.find(root, withdirs=False)):
            own = f"{self.place}/{path.removeprefix(root).lstrip('/')}"
            if not passes(Path(own), own):
                yield path, own

    def copy(self, taken: Taken, wanted: Callable[[str], bool]) -> None:
        """Copy the files whose place is `wanted`; one deleted meanwhile is counted and skipped."""
        files, _ = open_files(self.url, self.variable)

        def get(found: tuple[str, str]) -> str | None:
            target = taken.folder / found[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                files.get_file(found[0], str(target))
            except FileNotFoundError:
                return None
            return found[1]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            for place in threads.map(get, [it for it in self.files() if wanted(it[1])]):
                if place is None:
                    taken.vanished += 1
                else:
                    taken.written(place)


def remotes(settings: Settings) -> tuple[Remote, ...]:
    """What the settings have in an object store: the lake, and MLflow's artifacts."""
    given = {"lake_url": LAKE, "mlflow_artifact_root": ARTIFACTS}
    urls = {name: str(getattr(settings, name)) for name in given}
    return tuple(
        Remote(urls[name], place, VARIABLES[name])
        for name, place in given.items()
        if "://" in urls[name] and not urls[name].startswith(("file:", "local:"))
    )


@dataclass
class Putting:
    """Puts files of a backup where the settings have their part of the state, outside the home.

    `artifacts` is the folder of MLflow's, if it is none in the home. All artifacts go to one place,
    from wherever they were. Raises `InputError` unless nothing is there: nothing that an object
    store has is moved aside.
    """

    settings: Settings
    artifacts: Path | None = None
    put: list[tuple[Remote, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at every place first."""
        self.remotes = self._remotes()
        for remote in self.remotes:
            if found := next(remote.files(), None):
                raise InputError(
                    seen=f"{remote.variable} is {without_secrets(remote.url)}, and {found[0]} is "
                    "there already",
                    expected="an empty place",
                    todo=f"name another one with {remote.variable}, such as the same with -2",
                )

    def _remotes(self) -> list[Remote]:
        found, variable = list(remotes(self.settings)), VARIABLES["mlflow_artifact_root"]
        if self.artifacts:
            found.append(Remote(str(self.artifacts), ARTIFACTS, variable))
        roots = [it.url for it in found if it.place == ARTIFACTS]
        outside = [Remote(f"{it}/elsewhere", f"{HOME}/{ELSEWHERE}", variable) for it in roots]
        return [*found, *outside]

    @property
    def urls(self) -> Mapping[str, Location]:
        """The folder or URL of each place of a backup that is not in the home."""
        return {it.place: it.url if "://" in it.url else Path(it.url) for it in self.remotes}

    def takes(self, source: Path, place: str) -> bool:
        """Put the file at `source` where its place belongs; False if that is the home."""
        for remote in self.remotes:
            if place.startswith(f"{remote.place}/"):
                files, root = open_files(remote.url, remote.variable)
                path = f"{root}/{place.removeprefix(f'{remote.place}/')}"
                self.put.append((remote, path))
                folder = path.rpartition("/")[0] if is_local(files) else root
                if not files.exists(folder):
                    files.makedirs(folder, exist_ok=True)
                files.put_file(str(source), path)
                return True
        return False

    def undo(self) -> None:
        """Remove what was put."""
        for remote, path in self.put:
            files, _ = open_files(remote.url, remote.variable)
            if files.exists(path):
                files.rm_file(path)
