"""How MLflow's UI starts: on the experiments, without what is about language models.

MLflow 3.17 has no setting for it. It keeps what a person has chosen in the browser's local storage,
so a script in its only HTML page writes these defaults there, where nothing is chosen yet. Its
assistant's button is there for every address of this machine, whether an assistant is set up or
not, so a style hides it. Its home page, a tour of tracing and prompts, is skipped.
"""

import json

CHOICES = {
    "mlflow.workflowType_v1": "machine_learning",
    # These say that the assistant has opened itself, and that its button has been explained.
    "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": True,
    "mlflow.detectIssues.guidanceShown_v1": True,
    # This says that its notice about telemetry has been read; the package disables that.
    "mlflow.telemetry.info.alert.dismissed_v1": True,
}
START = "#/experiments"
SCRIPT = f"""<style>button[data-assistant-ui] {{ display: none }}</style><script>
if (["", "#/"].includes(location.hash)) history.replaceState(null, "", {json.dumps(START)});
for (const [name, value] of Object.entries({json.dumps(CHOICES)}))
  if (localStorage.getItem(name) === null) localStorage.setItem(name, JSON.stringify(value));
</script>"""


def with_choices(page: str) -> str:
    """MLflow's HTML page with the style and the script, which runs before MLflow's own."""
    return page.replace("<head>", f"<head>{SCRIPT}", 1)
