# `make demo` and `make test` work on a machine that has only Python (3.11 or newer) and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint type samples samples-languages bench dist check clean

## demo: build a sample, call it and print its answer
demo: $(READY)
	$(BIN)/wasm-link build samples/hello
	$(BIN)/wasm-link run samples/hello 'greet("world")'

## test: run the tests
test: $(READY)
	$(BIN)/python -m pytest -n auto

## lint: style and formatting
lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

## type: static types
type: $(READY)
	$(BIN)/mypy

## samples: run every sample whose components are in git
samples: $(READY)
	$(BIN)/python -m pytest tests/samples

## samples-languages: build the large components of samples/languages (Python, JavaScript), and run what needs them
samples-languages: $(READY)
	$(BIN)/python samples/languages/build.py
	$(BIN)/python -m pytest -m toolchain

## bench: measure, as ratios within one run
bench: $(READY)
	$(BIN)/python -m bench

## dist: build the wheel and the sdist, and try the wheel in an environment of its own
dist: $(READY)
	rm -rf dist
	$(BIN)/python -m build --quiet
	$(BIN)/python tests/wheel.py dist

## check: what CI runs
check:
	bash .ci/run

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wasm-link needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(READY)

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis samples/languages/out
