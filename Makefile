# `make` alone lists the verbs. Each sets up what it needs first; that is quick when nothing changed.
BIN := .venv/bin
SECONDS ?= 60
COUNTRIES ?= kz,tj

.DEFAULT_GOAL := help
.PHONY: help setup run check test postgresql fix bench docs screenshots assets messages fuzz lock clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## make the environment .venv with the command kopir in it
	@PYTHON="$(PYTHON)" .ci/setup

run: setup ## two countries on this machine: their nodes with one exchange, then their portals; COUNTRIES=kz,tj,uz for three
	@$(BIN)/kopir stand --countries "$(COUNTRIES)" $(ARGS)

check: setup ## lint, format, types, imports, locks: what CI runs before the tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@report=$$($(BIN)/lint-imports 2>&1) || { echo "$$report"; exit 1; }
	@$(BIN)/python requirements/lock.py --check
	@echo "check: all good"

test: setup ## all tests, in parallel and in random order
	@$(BIN)/pytest -n auto

postgresql: setup ## the tests that touch a database, on a PostgreSQL of their own (installs Debian's where there is none)
	@.ci/with-postgresql $(BIN)/pytest -n auto --database-only

fix: setup ## repair what ruff can repair, and format
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: setup ## our two nodes against a plain nginx relay, public pages against nginx, on the same cores (needs nginx and wrk)
	@$(BIN)/python bench/bridge.py $(ARGS)
	@$(BIN)/python bench/pages.py $(ARGS)

docs: setup ## write the reference of commands anew, and check the pages: links, promises, reference
	@$(BIN)/python docs/reference/write_cli.py
	@$(BIN)/python docs/reference/write_settings.py
	@$(BIN)/python docs/reference/write_design.py
	@$(BIN)/pytest -n auto tests/structure

screenshots: setup ## take the pictures of docs/start/ from the stand that `make run` keeps running (needs Chromium)
	@$(BIN)/python docs/start/make_screenshots.py $(ARGS)

assets: setup ## build the stylesheet, script and fonts of the design system anew (needs Node 20 and npm)
	@$(BIN)/python assets/build.py

messages: setup ## gather what the portal says into the catalogues of its languages, and say what they lack
	@$(BIN)/python languages/messages.py
	@$(BIN)/python languages/editor.py

fuzz: setup ## throw made-up bytes at every parser, SECONDS=60 in all
	@$(BIN)/python fuzz/run.py --seconds $(SECONDS)

lock: setup ## lock requirements/ anew from pyproject.toml, newest versions that fit
	@$(BIN)/python requirements/lock.py

clean: ## remove what was built: environment, caches, the stand's state
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build var src/*.egg-info
