# Everything runs from a clean clone with python3, python3-venv, make and git.
PY ?= python3
V := .venv
BIN := $(V)/bin
# Official files and third-party cases, when they lie beside the checkout.
STANDARDS ?= $(wildcard $(CURDIR)/../shared/standards)
CASES ?= $(wildcard $(CURDIR)/../shared/cases)
export TESSERA_STANDARDS ?= $(STANDARDS)
export TESSERA_CASES ?= $(CASES)

.PHONY: help setup run test check bench fuzz soak journeys interop lock docs clean

help: ## show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(V)/uv.stamp:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tessera needs Python 3.11 or newer; '$(PY)' is older. Try: make PY=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PY) -m venv $(V) || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install -q --disable-pip-version-check uv==0.13.9 && touch $@

$(V)/run.stamp: requirements/run.txt pyproject.toml $(V)/uv.stamp
	@VIRTUAL_ENV=$(CURDIR)/$(V) $(BIN)/uv pip install -q --require-hashes -r requirements/run.txt
	@VIRTUAL_ENV=$(CURDIR)/$(V) $(BIN)/uv pip install -q --no-deps -e . && touch $@

$(V)/dev.stamp: requirements/dev.txt pyproject.toml $(V)/uv.stamp
	@VIRTUAL_ENV=$(CURDIR)/$(V) $(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	@VIRTUAL_ENV=$(CURDIR)/$(V) $(BIN)/uv pip install -q --no-deps -e . && touch $@ $(V)/run.stamp

setup: $(V)/dev.stamp ## make the environment, and nothing else

run: $(V)/run.stamp ## run the main job on a demo: seal awards with a TEST key and verify them
	@$(BIN)/tessera demo

test: $(V)/dev.stamp ## run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(V)/dev.stamp ## run the quick promises: style, types, walls, unit and house tests
	@$(BIN)/ruff check -q . && $(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/house tests/unit/model tests/unit/issue tests/unit/verify

bench: $(V)/dev.stamp ## measure against peers in one run, write docs/performance.md
	@$(BIN)/python -m bench

fuzz: $(V)/dev.stamp ## throw 20,000 hostile inputs of each format at verify (hours)
	@$(BIN)/python -m tests.fuzz --count 380000

soak: $(V)/dev.stamp ## kill the issuing process at 20 random moments and count
	@$(BIN)/python -m tests.soak

journeys: $(V)/dev.stamp ## run the long journeys (10,000 learners; 1,000 through a token)
	@$(BIN)/python -m pytest tests/journeys tests/remote --long

interop: $(V)/dev.stamp ## check our seals with software that others wrote
	@$(BIN)/python -m pytest tests/interop

docs: $(V)/dev.stamp ## write the generated pages and the console output in pages again
	@$(BIN)/python tools/mission.py && $(BIN)/python tools/reference.py && $(BIN)/python tools/losses.py && $(BIN)/python tools/tour.py

lock: $(V)/uv.stamp ## resolve the dependencies again, with hashes
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --extra all pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --extra all --group dev pyproject.toml -o requirements/dev.txt

clean: ## remove the environment and what the demo wrote
	@rm -rf $(V) demo build
