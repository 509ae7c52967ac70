# Everything runs in .venv, which `make` builds from requirements.lock when it is missing or old.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Else every process compiles the project again, and every run of the tests all of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo up test test-fast check format docs bench bench-loop bench-scale bench-serving lock clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## Retrain heart_disease end to end and print what came of it
	@$(BIN)/mlops-assets demo

up: $(READY)  ## Dagster UI, MLflow UI and prediction API on ports 3000, 5000 and 8000 (DAGSTER_PORT, MLFLOW_PORT, SERVING_PORT)
	@$(BIN)/mlops-assets up

test: $(READY)  ## Run all tests, on all cores
	@$(BIN)/python -m pytest -n auto

test-fast: $(READY)  ## Run the tests without processes, browser, PostgreSQL and slow statistics
	@$(BIN)/python -m pytest -n auto -m "not (process or browser or postgres or statistics)"

check: $(READY)  ## Format, lint and type checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory docs

format: $(READY)  ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)  ## Write the reference pages and build docs/ into site/; a broken link fails
	$(BIN)/python -m mlops_assets_tests.docs
	$(BIN)/zensical build --clean --strict

bench: $(READY)  ## Measure all but the loop, print the figures and write docs/benchmarks.md
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.registry
	@$(BIN)/python -m benchmarks.linkage
	@$(BIN)/python -m benchmarks.experiments
	@$(BIN)/python -m benchmarks.cbpe
	@$(BIN)/python -m benchmarks.review_pack
	@$(BIN)/python -m benchmarks.policy
	@$(BIN)/python -m benchmarks.scoring
	@$(BIN)/python -m benchmarks.memory --rows 1,10
	@$(BIN)/python -m benchmarks.text
	@$(BIN)/python -m benchmarks.service

bench-loop: $(READY)  ## Measure the closed loop, print the figures and write them to the same page
	@$(BIN)/python -m benchmarks.loop
	@$(BIN)/python -m benchmarks.backtest
	@$(BIN)/python -m benchmarks.placebo

bench-serving: $(READY)  ## Measure the prediction API, print the figures and write them to the same page
	@$(BIN)/python -m benchmarks.serving

bench-scale: $(READY)  ## Measure what grows with the number of models, and write it to the same page
	@$(BIN)/python -m benchmarks.scale

lock: $(READY)  ## Resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --all-extras --quiet pyproject.toml -o requirements.lock

clean:  ## Remove .venv and caches; state in .mlops_assets stays
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed; name it with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(READY)
