# Every command. `make` alone lists them.
PYTHON ?= python3
PORT ?= 3000

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help run test check bench drill format lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.installed ## Serve the portal at http://localhost:3000 (PORT=…, DATABASE_URL=…)
	@PORT=$(PORT) exec $(BIN)/kirosample run

test: $(VENV)/dev.installed ## Run the tests
	@$(BIN)/python -m pytest

check: $(VENV)/dev.installed ## Check style and types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

bench: $(VENV)/run.installed ## Measure beside nginx and PostgreSQL, into docs/performance.md (BENCH=--quick)
	@$(BIN)/python -m benchmarks $(BENCH)

drill: $(VENV)/dev.installed ## Break what can break under load, into docs/reliability.md (DRILLS="1 3")
	@$(BIN)/python -m tests.drills $(DRILLS)

format: $(VENV)/dev.installed ## Put the code into shape
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: $(VENV)/dev.installed ## Lock the newest versions into requirements/
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) pyproject.toml --output-file requirements/serve.txt --upgrade
	$(LOCK) pyproject.toml --extra embedded --constraint requirements/serve.txt --output-file requirements/run.txt --upgrade
	$(LOCK) pyproject.toml --extra embedded --group dev --constraint requirements/run.txt --output-file requirements/dev.txt --upgrade

clean: ## Remove what these commands made in this folder (no data)
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# One environment; tests and checks add to what serving needs.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "KiroSample needs Python 3.11 or later: make PYTHON=python3.13 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.installed: requirements/build.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what serving needs (once)…"
	@$(PIP) -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt $(VENV)/run.installed
	@echo "Installing what tests and checks need (once)…"
	@$(PIP) -r requirements/dev.txt
	@touch $@
