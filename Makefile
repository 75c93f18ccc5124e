# Depesche from a checkout. Needs Python 3.11 or newer with venv, make and git; everything else is fetched into
# .venv from pinned, hashed requirements. `make` alone lists what can be done.

VENV ?= .venv
BIN := $(VENV)/bin
# Hashed: a package that isn't byte for byte the one that was tested is refused.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Two workers suit the two cores that the tests are promised to fit on; `make test WORKERS=0` runs them in one process.
WORKERS ?= 2
# More for pytest, as in: make test ARGS="tests/words -x"
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(VENV)/runtime.done  ## serve a live story on 127.0.0.1:8000, with data in ./var
	$(BIN)/depesche demo

# Tests make thousands of durable writes: in memory where there are 2 GB of it. That writes are durable is tested apart.
MEMORY := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }')" -gt 2000000 ] 2>/dev/null && echo /dev/shm)
test test-slow: export TMPDIR := $(or $(TMPDIR),$(MEMORY),/tmp)

.PHONY: test
test: $(VENV)/dev.done  ## run all tests but the long fault runs (browser tests need a Chromium)
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) $(ARGS)

.PHONY: test-slow
test-slow: $(VENV)/dev.done  ## run the long fault and load runs
	$(BIN)/python -m pytest -m slow $(ARGS)

.PHONY: lint
lint: $(VENV)/dev.done  ## style, types, imports and the house rules on length
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house_rules.py

.PHONY: bench
bench: $(VENV)/dev.done  ## measure, and write the figures into docs/performance.md (ARGS="pages" for some)
	$(BIN)/python -m bench $(ARGS)

# Where the corpora lie: beside the checkout, never in it (licence CC BY-NC-SA).
GOLD ?= ../shared/data/quotes/de/dev.jsonl
SCORER ?= ../shared/tools/score.py

.PHONY: score
score: $(VENV)/dev.done  ## score the wire reader against a corpus (GOLD=FILE)
	$(BIN)/python -m bench.score --scorer $(SCORER) $(GOLD)

.PHONY: docs
docs: $(VENV)/dev.done  ## write those tables of the documents anew that follow from the code
	UPDATE=1 $(BIN)/python -m pytest -q tests/docs/test_tables.py

.PHONY: demo-journal
demo-journal: $(VENV)/dev.done  ## make the demonstration's journal anew from its list of dispatches
	$(BIN)/python -m depesche.demo

.PHONY: requirements
requirements: $(VENV)/dev.done  ## resolve the pins anew (UPGRADE=1 takes newer releases)
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --constraint requirements/runtime.txt --group build --output-file requirements/build.txt
	$(COMPILE) --constraint requirements/runtime.txt --constraint requirements/build.txt --group dev \
		--output-file requirements/dev.txt
# One set of pins for Linux and macOS on Python 3.11-3.14. No file names the host that they were resolved from.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(if $(UPGRADE),--upgrade) \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make requirements"

.PHONY: clean
clean:  ## remove the environment and all caches (never ./var: that is somebody's journal)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# Each .done file says that its step went through with the pins as they are now. -qq leaves pip's errors and drops its
# warnings, of which some machines print one for each package.
$(VENV)/made.done:
	@python=$$(./requirements/find-python) && echo "Making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/runtime.done: $(VENV)/made.done pyproject.toml requirements/runtime.txt requirements/build.txt
	@echo "Installing what Depesche needs into $(VENV)"
	@$(PIP) install -qq --require-hashes --only-binary :all: -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install -qq --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/runtime.done requirements/dev.txt
	@echo "Installing what its tests need into $(VENV)"
	@$(PIP) install -qq --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@
