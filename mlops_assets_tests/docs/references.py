"""The pages of docs/ that are generated, and what generates each."""

from pathlib import Path

from mlops_assets_tests.docs import commands, defs_yaml

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = {
    ROOT / "docs/reference/defs-yaml.md": defs_yaml.reference,
    ROOT / "docs/reference/cli.md": commands.reference,
}
