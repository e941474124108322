# The one task runner. `make` lists what there is. Needs git, python3 (3.11 or newer, with venv) and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
CODE := schemas importers loaders exporters pipeline tests benchmarks docs

.PHONY: help demo test lint types check golden-accept bench reliability coverage docs linecounts clean

help: ## What there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

# Stamps: pip runs again only when pyproject.toml changed.
.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "$(PYTHON) has no venv: apt-get install python3-venv"; exit 1; }
	@echo "installing coursewright into .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --editable .
	@touch $@

.venv/installed-test: pyproject.toml .venv/installed
	@echo "installing the test tools into .venv"
	@$(PIP) --editable '.[test]'
	@touch $@

demo: .venv/installed ## Publish a real course into a real PostgreSQL and take it back out, in ./demo
	@sh packages/demo.sh

test: .venv/installed-test lint types ## Everything CI runs: lint, types, tests
	$(BIN)/python -m pytest -q

lint: .venv/installed-test ## Style, formatting and the borders between packages
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/lint-imports --no-cache --no-logo

types: .venv/installed-test ## mypy --strict over everything, tests included
	$(BIN)/mypy

golden-accept: .venv/installed-test ## Rewrite the golden files from what the code does now; read the diff
	$(BIN)/python -m pytest -q --accept tests/exporters tests/importers; git diff --stat

bench: .venv/installed-test ## Measure the promised ratios, write docs/benchmarks.md
	$(BIN)/python -m benchmarks

reliability: .venv/installed-test ## Inject hundreds of faults into real publishers and servers, write docs/reliability.md
	$(BIN)/python -m tests.faults

CORPUS ?= ../shared/corpora
coverage: .venv/installed-test ## Count what imports carry of the real packages in CORPUS, write docs/import-coverage.md
	$(BIN)/python -m docs.coverage $(CORPUS)

docs: .venv/installed-test ## Regenerate docs/cli.md, docs/rules.md and the JSON Schemas
	$(BIN)/python -m schemas.jsonschema
	$(BIN)/python -m docs.reference

linecounts: ## The longest modules: think at 300 lines, split at 400
	@find $(CODE) -name '*.py' | xargs wc -l | sort -n | tail -n 25

clean: ## Remove everything that was made, the embedded database included
	rm -rf .venv demo dist .coursewright .mypy_cache .ruff_cache .pytest_cache .hypothesis
