"""How MLflow's UI starts in a new browser: on models, without what is about language models.

MLflow 3.17 has no setting for it. It keeps what a person has chosen in the browser's local storage,
so a script in its only HTML page writes these defaults there, where nothing is chosen yet.
"""

import json

CHOICES = {
    "mlflow.workflowType_v1": "machine_learning",
    # These say that the assistant has opened itself, and that its button has been explained.
    "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": True,
    "mlflow.detectIssues.guidanceShown_v1": True,
}
SCRIPT = f"""<script>
for (const [name, value] of Object.entries({json.dumps(CHOICES)}))
  if (localStorage.getItem(name) === null) localStorage.setItem(name, JSON.stringify(value));
</script>"""


def with_choices(page: str) -> str:
    """MLflow's HTML page with the script, which runs before MLflow's own."""
    return page.replace("<head>", f"<head>{SCRIPT}", 1)
