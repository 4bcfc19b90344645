# Two commands give the executed study: `git clone`, then `make study` inside the clone. Python
# 3.11 or newer and make are all that has to be there; everything else goes into .venv.

PYTHON ?= $(shell for p in python3.11 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done)
SOURCE ?= synthetic
PROFILE ?= quick
SEED ?= 0

VENV := .venv
STAMP := $(VENV)/.complete
NOTEBOOKS := $(wildcard notebooks/*.ipynb notebooks/course/*.ipynb notebooks/solutions/*.ipynb)
FIRST_PAGE := notebooks/course/start.ipynb
# What .venv has to fit: a moved checkout, other dependencies or other versions need a new one.
FITS := { pwd; cat pyproject.toml requirements.lock landmarks.txt; }
# A test file stays on one core, since its tests share what it renders or trains; there is a worker
# for each core, so more threads would only wait. The longest files begin (tests/conftest.py).
PYTEST := OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help study test check format lock lab app course exercises demo-bars life-bars clean venv install readme

help:
	@echo "make study   run the notebooks; goes on where an interrupted run stopped"
	@echo "             (SOURCE=$(SOURCE) PROFILE=$(PROFILE) SEED=$(SEED))"
	@echo "make test    run the tests on all cores (ARGS=... is handed to pytest)"
	@echo "make check   style, layers and the quick tests, before each commit"
	@echo "make format  put code and notebooks in order, so that make check is content"
	@echo "make readme  what the committed runs found, into README.md and the notebooks' minutes"
	@echo "make lock    write requirements.lock from pyproject.toml (ARGS=--upgrade for newer ones)"
	@echo "make lab     open the notebooks in JupyterLab, at the first page of the course"
	@echo "make course  bundles, slides, sheets to print and the book of the newest quick run, into"
	@echo "             reports/course (ARGS=\"--run reports/...\" for another run)"
	@echo "make exercises  the student's notebooks anew, after a change of notebooks/solutions"
	@echo "make app     the demo as a web page: a video or the webcam in, micro-expressions out"
	@echo "make demo-bars  measure the demo on takes of its own (half an hour; ARGS=...)"
	@echo "make life-bars  the same on takes like life, by condition (an hour; ARGS=...)"
	@echo "make clean   remove .venv and caches; data and reports stay"

study: venv
	$(VENV)/bin/mer study --source $(SOURCE) --profile $(PROFILE) --seed $(SEED) --resume

test: venv
	$(PYTEST) $(ARGS)

check: venv
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/nbstripout --keep-id --verify $(NOTEBOOKS)
	$(VENV)/bin/lint-imports
	$(PYTEST) -m "not slow and not browser" $(ARGS)

format: venv
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/nbstripout --keep-id $(NOTEBOOKS)

# Versions in the lock stay unless a range forbids them, or ARGS asks for newer ones. What a build
# of torch brings for its own GPU is left out: any build of that version will do.
lock: venv
	$(VENV)/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements.lock \
	  $(ARGS)
	grep -Ev '^(nvidia|cuda)-|^triton=' requirements.lock > requirements.lock.new
	mv requirements.lock.new requirements.lock

demo-bars: venv
	PYTHONPATH=tests $(VENV)/bin/python -m measure.bars_demo $(ARGS)

life-bars: venv
	PYTHONPATH=tests $(VENV)/bin/python -m measure.bars_life $(ARGS)

# What the committed runs found, into README.md; how long they took, into the notebooks.
readme: venv
	$(VENV)/bin/python -m mer.study.readme

course: venv
	$(VENV)/bin/python -m mer.study.course $(ARGS)

exercises: venv
	$(VENV)/bin/python -m mer.study.course exercises

lab: venv
	$(VENV)/bin/jupyter lab --LabApp.default_url=/lab/tree/$(FIRST_PAGE)

app: venv
	$(VENV)/bin/mer app

venv:
	@$(FITS) | cmp -s - $(STAMP) && $(VENV)/bin/python -c '' 2>/dev/null \
	  || $(MAKE) --no-print-directory install

# The stamp is removed first and written last: an interrupted installation is begun anew.
install:
	@rm -f $(STAMP)
	@test -n "$(PYTHON)" || { echo "No Python found. Install Python 3.11 or newer, or say" \
	  "PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mer needs" \
	  "Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) --version 2>&1). Say" \
	  "PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Installing into $(VENV): once, and again when dependencies have changed"
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install --constraint requirements.lock \
	  --editable ".[study,cluster,test]"
	$(VENV)/bin/python -m pip install --no-deps --requirement landmarks.txt
	@$(FITS) > $(STAMP)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache build dist mer_study.egg-info
	find mer tests notebooks '(' -name __pycache__ -o -name .ipynb_checkpoints ')' \
	  -prune -exec rm -rf {} +
