"""Launch runs of a checkout as Dagster's UI does: by its code server, with the default launcher.

Every process reports which files it opens, by an audit hook.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.forked import run_code

HOOK = """
import os, sys

def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith("defs.yaml"):
        with os.fdopen(os.open({log!r}, os.O_APPEND | os.O_CREAT | os.O_WRONLY), "a") as log:
            log.write(f"{{os.getpid()}} {{os.path.basename(os.path.dirname(arguments[0]))}}\\n")

sys.addaudithook(note)
"""
INSTANCE = """
run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
telemetry: {enabled: false}
"""
LAUNCH = """
import asyncio, json, sys, time
from pathlib import Path
import dagster as dg
from dagster_graphql.schema import create_schema
from mlops_assets.platform.dagster.private import workspace_process

QUERY = '''mutation($given: ExecutionParams!) { launchRun(executionParams: $given) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on InvalidSubsetError { message } } }'''
STATE = '''{ repositoriesOrError { ... on RepositoryConnection { nodes {
  jobs { name } sensors { name } } } } }'''
schema = create_schema()

def ask(query, **given):
    context = process.create_request_context()
    asked = schema.execute_async(query, context_value=context, variable_values=given)
    answer = asyncio.run(asked)
    assert answer.data, answer.errors
    return answer.data

with (
    dg.DagsterInstance.get() as instance,
    workspace_process(instance, Path("workspace.yaml"), "test") as process,
):
    done = []
    (served,) = ask(STATE)["repositoriesOrError"]["nodes"]
    for job, keys in json.loads(sys.argv[1]):
        selected = [{"path": key.split("/")} for key in keys]
        where = {
            "repositoryLocationName": "mlops_assets",
            "repositoryName": "__repository__",
            "jobName": job,
            "assetSelection": selected or None,
        }
        given = {"mode": "default", "selector": where}
        launched = ask(QUERY, given=given)["launchRun"]
        assert "run" in launched, launched
        run_id = launched["run"]["runId"]
        while not (run := instance.get_run_by_id(run_id)).is_finished:
            time.sleep(0.1)
        made = instance.all_logs(run_id)
        texts = [it.user_message for it in made]
        steps = sorted({it.step_key for it in made if it.step_key})
        done.append({"status": run.status.value, "steps": steps, "messages": texts, "id": run_id})
print("\\n" + json.dumps({"runs": done, "served": served}))
"""


@dataclass(frozen=True)
class Launched:
    """What became of runs, what the code server served, and which process opened which models."""

    runs: list[dict]
    served: dict[str, set[str]]
    opened: dict[int, set[str]]

    def read_by(self, run: dict) -> set[str]:
        """The models whose defs.yaml the processes of a run have read."""
        pids = {int(it.split("pid: ")[1].split(")")[0]) for it in run["messages"] if "pid: " in it}
        return set().union(*(self.opened.get(pid, set()) for pid in pids))


def launch(checkout: Checkout, *runs: tuple[str, list[str]], **environment: str) -> Launched:
    """Launch runs one after another: (job, selected assets), with no assets the whole job."""
    given, log = observed(checkout, **environment)
    done = run_code(LAUNCH, [json.dumps(runs)], folder=checkout.folder, environment=given)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    names = {kind: {it["name"] for it in found["served"][kind]} for kind in ("jobs", "sensors")}
    return Launched(found["runs"], names, read_in(log))


def observed(checkout: Checkout, **environment: str) -> tuple[dict[str, str], Path]:
    """The environment of processes that report what they open, and the file they write to."""
    home, log = checkout.settings.dagster_home, checkout.folder / "opened"
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(INSTANCE)
    hook = checkout.folder / "hook" / "sitecustomize.py"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(log=str(log)))
    log.unlink(missing_ok=True)
    paths = [str(hook.parent), str(checkout.folder), os.environ.get("PYTHONPATH", "")]
    added = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "DAGSTER_HOME": str(home)}
    return {**checkout.environment, **added, **environment}, log


def read_in(log: Path) -> dict[int, set[str]]:
    """The models that each process has opened."""
    found: dict[int, set[str]] = {}
    for line in log.read_text().splitlines():
        pid, model = line.split()
        found.setdefault(int(pid), set()).add(model)
    return found
