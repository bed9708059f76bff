# The front door. Every target calls a program; the logic lives there.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup course serve test check

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: $(READY) ## make .venv and install the course into it
$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[book,grade,dev]" && touch $(READY)

course: $(READY) ## build the book, release the assignments, grade the sample class
	$(BIN)/python -m tools.course

serve: $(READY) ## show the book at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/book/_build/html

test: $(READY) ## run every test, and every notebook against its stored outputs
	$(BIN)/python -m rnnlib.data
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --nbval tests book solutions

check: $(READY) ## the quick loop: lint, types, quick tests
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy
	$(BIN)/python -m rnnlib.data
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow" tests
