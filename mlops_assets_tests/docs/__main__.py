"""Write the two references of docs/ anew: `python -m mlops_assets_tests.docs`, or `make docs`."""

from mlops_assets_tests.docs.references import REFERENCES

for path, render in REFERENCES.items():
    path.parent.mkdir(exist_ok=True)
    path.write_text(render(), encoding="utf-8")
