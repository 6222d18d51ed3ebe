# make run: everything from a fresh clone to a report.  make test: all tests.  make help: the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install run test test-next lint bench browser-bench dashboard shipped-results fit pages docs clean

help:
	@echo "make install    own environment in $(VENV) (done once, again when pyproject.toml changes)"
	@echo "make run        compare the baseline with two reforms, ten years, and print table and report"
	@echo "make test       all tests, in a real browser too when Chromium is there"
	@echo "make test-next  the same tests with the next Python (NEXT=python3.12) and the newest Mesa 3"
	@echo "make lint       ruff and strict types"
	@echo "make bench      whole Denmark, plain Mesa beside it, scaling"
	@echo "make browser-bench  how quick the dashboard is in a browser, with bounds"
	@echo "make dashboard  build reforms and look at results in the browser"
	@echo "make shipped-results  make the result that comes with the dashboard again"
	@echo "make docs       the documentation with its tutorials executed: docs/_build/html/index.html (some minutes)"
	@echo "make pages      write the pages that hold numbers again, after numbers have changed"
	@echo "make fit        fit the rates again, and make all that is shipped with them (a night)"
	@echo "make clean      remove environment, caches and runs"

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(PIP_FLAGS) --constraint constraints.txt --editable '.[dev,docs]'
	@touch $(STAMP)

run: install
	$(BIN)/borgerflow compare baseline without_sygedagpenge_reform job_goal_under_30 --scale 0.05 --replications 8 --out runs/main

test: install
	$(BIN)/python -m pytest -n auto --dist worksteal

NEXT ?= python3.12

test-next:
	$(NEXT) -m venv .venv-next
	grep -iv '^mesa==' constraints.txt > .venv-next/constraints.txt
	.venv-next/bin/python -m pip install --quiet $(PIP_FLAGS) --constraint .venv-next/constraints.txt --editable '.[dev,docs]' 'mesa>=3.5,<4'
	.venv-next/bin/python -m pytest -n auto --dist worksteal

lint: install
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install
	$(BIN)/python benchmarks/whole_denmark.py
	$(BIN)/python benchmarks/batch.py

browser-bench: install
	$(BIN)/python benchmarks/browser.py

dashboard: install
	$(BIN)/borgerflow dashboard

shipped-results: install
	$(BIN)/python -m dashboard.shipped

fit: install
	$(BIN)/borgerflow calibrate --ship
	$(BIN)/python -m calibration.trials
	$(BIN)/python -m calibration.costings
	$(BIN)/python -m calibration.validation
	$(BIN)/python -m calibration.past_reform
	$(BIN)/python -m experiments.directions
	$(BIN)/python -m experiments.assumptions
	$(BIN)/python -m experiments.expected
	$(BIN)/python -m dashboard.shipped
	$(BIN)/python docs/pages.py

pages: install
	$(BIN)/python docs/pages.py

docs: pages
	$(BIN)/python -m sphinx -q -W --keep-going docs docs/_build/html

clean:
	rm -rf $(VENV) .venv-next runs build docs/_build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
