# The two commands of the README, and what a contributor runs before a push. Needs Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check format docs clean

demo: $(READY)  ## Scan the demo tenant and write tenantlint.sarif.
	$(BIN)/tenantlint scan --demo --baseline none --report sarif=tenantlint.sarif --fail-on never
	@echo "SARIF for GitHub code scanning: tenantlint.sarif"

test: $(READY)  ## Run the tests with branch coverage.
	$(BIN)/pytest --numprocesses 4 --cov --cov-report=term

check: $(READY) format  ## Everything that CI runs and a laptop can.
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/build.py --check
	$(BIN)/python fixtures/demo/build.py --check
	$(BIN)/pytest --numprocesses 4 --cov --cov-report=term

format: $(READY)
	$(BIN)/ruff format

docs: $(READY)  ## Write the generated pages anew.
	$(BIN)/python docs/build.py

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tenantlint needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
