"""`python -m mlops_assets.cli` is `mlops-assets`."""

from mlops_assets.cli import main

if __name__ == "__main__":
    main()
