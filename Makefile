# Two commands matter: `make run` and `make test`. Each step below runs only when its inputs changed (see tools/step).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.ONESHELL:
MAKEFLAGS += --no-print-directory

DATA ?= var
PORT ?= 8000
PYTHON ?= python3
WORKERS ?= 3
TRIAL ?= quick
export PYTHON

BIN := .venv/bin
LOCKS := tools/locks
NPM := frontend/package.json frontend/package-lock.json frontend/.npmrc
SCRIPTS := $(filter-out frontend/node_modules,$(wildcard frontend/*))
MO := webui/translations/vi/LC_MESSAGES/messages.mo
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

.PHONY: help run build test tamper kills fuzz searching quick fresh screenshots lint dev format messages lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12
	echo 'Variables: DATA=$(DATA) PORT=$(PORT) PYTHON=$(PYTHON)'

run: build ## set up what is missing, then start the web server and the job worker
	@exec $(BIN)/congnhan serve --set-up --data "$(DATA)" --port "$(PORT)"

build:
	@tools/system-packages run
	tools/step venv $(BIN)/python $(LOCKS)/requirements.lock tools/venv -- tools/venv $(LOCKS)/requirements.lock
	tools/step project $(BIN)/congnhan pyproject.toml -- tools/project
	tools/step packages frontend/node_modules/esbuild $(NPM) tools/node -- tools/node npm ci
	tools/step frontend webui/static/dist $(NPM) $(SCRIPTS) -- tools/node node build.js
	tools/step messages $(MO) $(wildcard webui/translations/vi/*.po) tools/messages.py -- $(BIN)/python tools/messages.py compile

dev: build ## build, and install what development needs
	@tools/step venv-dev $(BIN)/pytest $(LOCKS)/requirements-dev.lock -- tools/venv $(LOCKS)/requirements-dev.lock

lint: dev ## check form, types, import contracts and translations
	@$(BIN)/mypy & types=$$! # takes longest, on one core
	trap 'kill $$types 2>/dev/null || true' EXIT
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tools/messages.py check
	wait $$types

quick: dev ## check form, types, contracts and the unit tests, in about a minute
	@$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) -q tests/unit tests/architecture

test: ## run every check and every test (TESTS=tests/unit: of the tests only those)
	@tools/system-packages test
	$(MAKE) dev
	export PYTHONDONTWRITEBYTECODE= # hundreds of processes are started here: what one has compiled serves the others
	$(BIN)/pytest --collect-only -qq $(TESTS) >/dev/null & collected=$$! # compiles them, while types are checked on the other core
	$(MAKE) lint
	wait $$collected || true # what it says of a fault is said again below
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(TESTS)

tamper: dev ## change rows at random behind the application's back, 500 times: each is found and named (SEED=…, NUMBER=…, ON=postgresql)
	@$(BIN)/python -m tests.integration.auditing.tamper $(if $(SEED),--seed $(SEED)) $(if $(NUMBER),--number $(NUMBER)) $(if $(ON),--on $(ON))

kills: dev ## kill web and worker 100 times while people work: what was acknowledged is there, once (SEED=…, KILLS=…, ON=postgresql)
	@$(BIN)/python -m tests.acceptance.kills $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS)) $(if $(ON),--on $(ON))

fuzz: dev ## 20,000 mutated files and expressions: nothing but documented exceptions leaves the language (SEED=…, NUMBER=…)
	@$(BIN)/python -m tests.property.fuzzing $(if $(SEED),--seed $(SEED)) $(if $(NUMBER),--number $(NUMBER))

searching: dev ## measure the search of 1,000,000 cases and as many events, for some minutes (ON=sqlite)
	@$(BIN)/python benchmarks/search.py $(if $(ON),--only $(ON))

fresh: ## try both commands on a bare Debian made for it (TRIAL=quick or whole; as root)
	@tools/fresh $(TRIAL)

screenshots: dev ## take the pictures of the documentation again (docs/images)
	@SCREENSHOTS=1 $(BIN)/pytest tests/browser -q

format: dev ## put the code into the house's form
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: dev ## bring the translation catalogues up to date with the code
	@$(BIN)/python tools/messages.py update

lock: build ## choose the newest permitted versions again and lock them
	@$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --upgrade pyproject.toml $(LOCKS)/requirements-build.in -o $(LOCKS)/requirements.lock
	$(COMPILE) --upgrade pyproject.toml $(LOCKS)/requirements-build.in --group dev -c $(LOCKS)/requirements.lock -o $(LOCKS)/requirements-dev.lock
	$(COMPILE) --upgrade $(LOCKS)/requirements-node.in -o $(LOCKS)/requirements-node.lock
	tools/node npm install --package-lock-only
	$(BIN)/python tools/third_party.py

clean: ## remove everything that the build made (never the data)
	@rm -rf .venv .build frontend/node_modules webui/static/dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f $(MO)
