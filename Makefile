# Every command. `make` alone lists them.
PYTHON ?= python3
PORT ?= 3000
# pytest's arguments for `make test`: on the command line, not from the environment.
ARGS :=
# Of the AWS design: rds (left out), aurora or none; a domain of yours, or HTTP; tasks always running (2).
DATABASE ?=
DOMAIN ?=
TASKS ?=
UPGRADE ?= --upgrade
export DATABASE DOMAIN TASKS

VERIFY := check audit test-all synth cost diagram image-check restore-drill deploy-emulated fleet lighthouse drill fuzz bench

VENV := .venv
BIN := $(VENV)/bin
PIP := python requirements/install.py --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Nothing is compiled at installation. With this variable, each process would compile what it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-rest check audit bench profile memory drill fleet fuzz restore-drill image-check \
	synth cost diagram deploy-emulated deploy prices lighthouse verify messages format lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.installed ## Serve the portal at http://localhost:3000 (PORT=…, DATABASE_URL=…)
	@PORT=$(PORT) exec $(BIN)/kirosample run

test: $(VENV)/dev.installed ## Run the tests that need nothing but PyPI, or some (ARGS="tests/web -k limit")
	@$(BIN)/python -m $(if $(ARGS),pytest $(ARGS),tests quick)

test-all: $(VENV)/dev.installed $(VENV)-emulator/installed ## Run all tests, also those that are slow or need what .ci/install installs
	@$(BIN)/python -m tests all

test-rest: $(VENV)/dev.installed $(VENV)-emulator/installed ## Run the tests that `make test` leaves out
	@$(BIN)/python -m tests rest

check: $(VENV)/dev.installed ## Check style and types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

audit: $(VENV)/dev.installed ## Look for known vulnerabilities of what is locked (IMAGE=… of an image too)
	@$(BIN)/python -m tests.audit $(IMAGE)

bench: $(VENV)-bench/installed ## Measure beside nginx and PostgreSQL, into docs/performance.md (BENCH="--quick --only floods")
	@$(VENV)-bench/bin/python -m benchmarks $(BENCH)

profile: $(VENV)-bench/installed ## Where the time of an answer goes, into docs/profile.md
	@$(VENV)-bench/bin/python -m benchmarks.profile

memory: $(VENV)-bench/installed ## Where a task's memory goes, as docs/memory.md tells it
	@$(VENV)-bench/bin/python -m benchmarks.memory

drill: $(VENV)/dev.installed ## Break what can break under load, into docs/reliability.md (DRILLS="1 3")
	@$(BIN)/python -m tests.drills $(DRILLS)

fleet: $(VENV)/dev.installed ## Replace, kill and add tasks behind a load balancer, counting every request
	@$(BIN)/python -m tests.fleet

fuzz: $(VENV)/dev.installed ## Send the server streams of requests made by chance (FUZZ="--seconds 60 --seed 1")
	@$(BIN)/python -m tests.fuzz $(FUZZ)

restore-drill: $(VENV)/dev.installed ## Back a database up, lose it, restore it, compare row for row
	@$(BIN)/python -m tests.restore

image-check: $(VENV)/dev.installed ## Build the image and run it as its user on a read-only root
	@$(BIN)/python -m tests.image

synth: $(VENV)/dev.installed ## Synthesize the AWS design into build/cdk.out and check it (DATABASE=…, DOMAIN=…, TASKS=…)
	@$(BIN)/python -m infra.synth
	@$(BIN)/python -m infra.report.check

cost: $(VENV)/dev.installed ## Price the design a month, line by line (COST=--write puts docs/cost.md down)
	@$(BIN)/python -m infra.report.cost $(COST)

diagram: $(VENV)/dev.installed ## Draw the design: into docs/, or build/diagram/ for another one (DATABASE=…)
	@$(BIN)/python -m infra.report.diagram

deploy-emulated: $(VENV)/dev.installed $(VENV)-emulator/installed ## Deploy the design to an emulator here and compare
	@$(BIN)/python -m infra.emulator

deploy: $(VENV)/dev.installed ## Deploy to AWS, with your credentials
	@$(BIN)/python -m infra.deploy

prices: $(VENV)/dev.installed ## Refresh the price book from AWS, with your credentials (PRICES=--accept)
	@$(BIN)/python -m infra.report.prices $(PRICES)

lighthouse: $(VENV)/dev.installed ## Measure every page with Lighthouse: 100 in every category, or it fails
	@$(BIN)/python -m tests.lighthouse

verify: ## All the long ones, one after the other (an hour)
	@set -e; for target in $(VERIFY); do echo "== make $$target"; $(MAKE) --no-print-directory $$target; done

messages: $(VENV)/dev.installed ## Gather the messages into the catalogues, and compile them
	@$(BIN)/python -m tests.messages

format: $(VENV)/dev.installed ## Put the code into shape
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: $(VENV)/dev.installed ## Lock the newest versions into requirements/ (UPGRADE= keeps those that are there)
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) pyproject.toml --output-file requirements/serve.txt $(UPGRADE)
	$(LOCK) pyproject.toml --extra embedded --constraint requirements/serve.txt --output-file requirements/run.txt $(UPGRADE)
	$(LOCK) pyproject.toml --extra embedded --group dev --constraint requirements/run.txt --output-file requirements/dev.txt $(UPGRADE)
	$(LOCK) --group infra --constraint requirements/dev.txt --output-file requirements/infra.txt $(UPGRADE)
	$(LOCK) --group emulator --output-file requirements/emulator.txt $(UPGRADE)

clean: ## Remove what these commands made in this folder (no data)
	@rm -rf $(VENV) $(VENV)-bench $(VENV)-emulator build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# One environment; tests and checks add to what serving needs.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "KiroSample needs Python 3.11 or later: make PYTHON=python3.13 …")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv or pip: install python3-venv (Debian, Ubuntu), or name another: make PYTHON=python3.13 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/run.installed: requirements/build.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what serving needs (once)…"
	@$(BIN)/$(PIP) -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/python requirements/install.py --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt $(VENV)/run.installed
	@echo "Installing what tests and checks need (once)…"
	@$(BIN)/$(PIP) -r requirements/dev.txt
	@touch $@

# botocore is pinned by the emulator to another version than the one above.
$(VENV)-emulator/installed: requirements/emulator.txt | $(VENV)/bin/python
	@echo "Installing the AWS emulator (once)…"
	@$(PYTHON) -m venv $(VENV)-emulator
	@$(VENV)-emulator/bin/$(PIP) -r requirements/emulator.txt
	@touch $@

# What is measured runs on the Python of the image, where this machine has it.
$(VENV)-bench/installed: requirements/build.txt requirements/run.txt pyproject.toml | $(VENV)/dev.installed
	@$(BIN)/uv venv --quiet --clear --no-python-downloads --python 3.13 $(VENV)-bench 2>/dev/null || \
		$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-bench
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements/build.txt -r requirements/run.txt
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
