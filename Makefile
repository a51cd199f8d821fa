# The daily verbs, from a bare machine: Python 3.11 or later, make, and a package index that pip can reach.
# Everything is installed into .venv; a second run installs nothing unless pyproject.toml changed.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One resolution for every Python and platform that is supported. Where packages come from is the business of whoever installs them.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command 'make lock'
DEMO := fixtures/projects/demo
# What the fictional company says about itself: where its data lies, a server of its own, where its updates come from.
DEMO_ARGS := check squid/squid.conf endpoint/sensor.reg --policy mde-streamlined --geo EU --os windows --client 10.20.4.17 \
	--answer updates_internal=no --answer trust_lists_offline=no --answer no_web_browsing=no --answer network_scanner=no

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint bench fuzz mutate oracle golden docs lock audit dist clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## check the example firewall repository in fixtures/projects/demo
	@echo 'cd $(DEMO) && allowlint $(DEMO_ARGS)'; echo
	@cd $(DEMO) && status=0 && $(abspath $(BIN))/allowlint $(DEMO_ARGS) || status=$$?; \
	test $$status -eq 1 || { echo "make demo: expected findings (exit code 1), got exit code $$status" >&2; exit 1; }

test: $(VENV)/.dev ## run the tests (comparisons with a real Squid are skipped, visibly, where none is installed)
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.dev ## style, types and layer contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## what runs cost, as ratios to a floor measured beside it; fails over budget (BENCH_ARGS=--quick, --full, ...)
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

# Its own group of dependencies: atheris has no wheel for every machine that the tests run on.
fuzz: $(VENV)/.dev ## fuzzing guided by coverage, SECONDS=60 for each reader, or for TARGET=squid alone; finds go to .fuzz/
	@$(PIP) install --group fuzz
	@SECONDS=$${SECONDS:-60} $(BIN)/python -m tests.fuzz $(TARGET)

mutate: $(VENV)/.dev ## change the code of MODULE=engine.judge in small ways, and show what no test of its area notices (FUNCTION=, TESTS=)
	@$(PIP) install --group mutation
	@FUNCTION="$(FUNCTION)" TESTS="$(TESTS)" $(BIN)/python -m tests.mutation $(or $(MODULE),$(error name a module: make mutate MODULE=engine.judge))

oracle: $(VENV)/.dev ## compare with a real Squid, many more random configurations than the tests do
	@ALLOWLINT_REQUIRE_ORACLE=1 ALLOWLINT_ORACLE_CASES=$${ALLOWLINT_ORACLE_CASES:-2000} $(BIN)/python -m pytest -m oracle $(PYTEST_ARGS)

golden: $(VENV)/.dev ## rewrite the generated parts of README.md and the expected outputs; review the diff
	@$(BIN)/python -m pytest -m 'not oracle' --update-golden $(PYTEST_ARGS)

docs: $(VENV)/.dev ## build the site of the documentation into docs/_build
	@$(BIN)/python -m sphinx -E -a -W -n --keep-going -q docs docs/_build

lock: $(VENV)/.dev ## bring the lock files in step with pyproject.toml; UPGRADE=--upgrade takes the newest versions
	@$(LOCK) $(UPGRADE) -o requirements.txt pyproject.toml
	@$(LOCK) $(UPGRADE) --group dev -c requirements.txt -o requirements-dev.txt pyproject.toml

audit: $(VENV)/.dev ## look the locked versions up among the known vulnerabilities (needs the network)
	@$(BIN)/python -m tests.supply.audit requirements-dev.txt

# The bill tells what a user gets who installs the locked versions, from an environment that holds nothing else.
BILL := build/bill
dist: $(VENV)/.dev ## build the wheel, the source archive and their bill of materials into dist/
	@rm -rf dist $(BILL)
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@$(BIN)/python -m venv --without-pip $(BILL)
	@$(PIP) --python $(BILL)/bin/python install --require-hashes --requirement requirements.txt
	@$(PIP) --python $(BILL)/bin/python install --no-deps dist/*.whl
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --of JSON --validate \
		-o "$$(echo dist/*.whl | sed 's/-py3.*/.cdx.json/')" $(BILL)/bin/python
	@$(BIN)/python -m tests.supply.materials requirements.txt dist/*.cdx.json

clean: ## remove what the other targets made
	rm -rf $(VENV) .fuzz .mutation build dist docs/_build docs/generated .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian splits venv: without python3-venv there is no ensurepip, but an environment without pip can still be made and
# filled by a pip from outside (pip --python), or by virtualenv. Where neither is there, say what to install.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or later is needed; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -m virtualenv --version >/dev/null 2>&1; then $(PYTHON) -m virtualenv --quiet $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1 && $(PYTHON) -m venv --without-pip $(VENV); then \
		$(PYTHON) -m pip --python $(VENV)/bin/python --disable-pip-version-check --quiet install pip; \
	else echo "make: $(PYTHON) can make no virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "installing allowlint into $(VENV) ..." >&2
	@$(PIP) install --editable .
	@touch $@

# Nothing comes in whose hash is not in the lock file, not even what builds the package.
$(VENV)/.dev: $(VENV)/bin/python pyproject.toml requirements-dev.txt
	@echo "installing the development tools into $(VENV) ..." >&2
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.installed $@
