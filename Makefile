# Two commands do everything, installs included: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.NOTPARALLEL:

.PHONY: setup packages check test demo fresh bench-screening federation faults prove format assets lock clean

# A .venv that is half made, or whose Python has gone, is made anew.
ifneq ($(shell test -e .venv/.ready && $(BIN)/python -c 'import pip' 2>/dev/null && echo whole),whole)
MAKE_VENV := $(PYTHON) -m venv --clear .venv
.PHONY: .venv/.ready
endif

.venv/.ready: requirements-dev.txt pyproject.toml
	$(MAKE_VENV)
	rm -f $@
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

setup: packages .venv/.ready  ## install what the project needs, into .venv

packages:
	PYTHON='$(PYTHON)' ./.ci/install-packages

check: .venv/.ready  ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup check  ## the checks, then every test, side by side, warnings as errors
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

demo: setup  ## the main job, end to end, on loopback, with invented data
	$(BIN)/gateway demo $(ARGS)

bench-screening: .venv/.ready  ## what screening leaves, lets through and costs
	$(BIN)/python -m bench.screening $(ARGS)

fresh:  ## `make demo` where nothing but the base system of Debian 12 is (needs root)
	./.ci/fresh-machine bookworm demo ARGS=--once

federation: setup  ## a year of invented deaths over twelve gateways on loopback, with SIGKILLs of their processes
	$(BIN)/python -m bench.federation $(ARGS)

prove: .venv/.ready  ## what takes longer than the tests: ten planted faults, chosen by the hash of the commit
	$(BIN)/python -m bench.faults --ten $$(git rev-parse HEAD)

faults: .venv/.ready  ## plant faults in copies of the tree; every one must make a test fail (ARGS='--only store')
	$(BIN)/python -m bench.faults $(ARGS)

format: .venv/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets:  ## remake the style sheet and script of the public form from npm (needs node)
	./gateway/web/assets/build

lock:  ## remake the hashed requirements from pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
