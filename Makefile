# Every target first makes .venv if it is missing or unfit, and is quick when nothing has changed.
PYTHON ?= python3
BIN := .venv/bin
LAB_OPTIONS ?= # for instance --no-browser
BROWSERS ?= 2 # at the same time, in make test-browser
WORKERS ?= 4 # in make test: half of the time a test waits for a kernel, so two cores have work for four
export PATH_OUTSIDE := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Without bytecode every import is several times slower.
unexport PYTHONDONTWRITEBYTECODE
# These networks are small: a second thread of BLAS waits for the first, on a busy machine for ten times as long.
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: FORCE help demo lab formgrader hub test test-browser test-pins bench build figures experiments security lint check-types \
	check-imports clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

# Named on the command line or in the environment, PYTHON is the one that .venv must be of.
.venv/installed: FORCE
	@env PATH="$$PATH_OUTSIDE" $(PYTHON) make_venv.py $(if $(filter file,$(origin PYTHON)),,--chosen)
FORCE:

demo: .venv/installed ## grade a sample class through nbgrader and show the result
	@$(BIN)/autograder demo

lab: build ## open JupyterLab on your working copies in work/, as students do
	$(BIN)/python -m utils.lab $(LAB_OPTIONS)

formgrader: build ## open nbgrader's formgrader on the course, as instructors do; JupyterLab is there, too, at /lab
	$(BIN)/python -m utils.lab --ServerApp.root_dir=. --LabApp.default_url=/formgrader $(LAB_OPTIONS)

hub: .venv/installed ## try a JupyterHub on this machine: the instructor's account, and the roster's; HUB_PORT=8000
	$(BIN)/jupyterhub --config deploy/jupyterhub_config.py

test: build ## run all tests that need no browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

test-browser: build ## drive JupyterLab in a real browser (Debian's chromium)
	$(BIN)/python -m pytest -n $(BROWSERS) --dist loadfile -q -m browser tests/browser

test-pins: .venv/installed ## ask pip's package index whether every pinned version is there for every system and Python
	$(BIN)/python -m pytest -n 2 -q -m registry tests/unit/course tests/end_to_end/test_bundle.py

bench: build ## measure speed, one table of ratios: ROWS=check,kernel for some; WRITE=1 puts it into docs/performance.md
	$(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS)) $(if $(SMALL),--small) $(if $(WRITE),--write)

build: .venv/installed ## make notebooks, fixtures and course/ from solutions/
	@$(BIN)/autograder build

figures: .venv/installed ## draw the static pictures in solutions/figures again
	$(BIN)/python -m utils.figures.static solutions/figures solutions/*.py

experiments: .venv/installed ## train the recorded networks again, some minutes
	$(BIN)/python -m autograder.building.record_training recall characters adding trained bars spread

security: build ## try every attack on stock nbgrader and here, and write the table in docs/security.md
	$(BIN)/python tests/battery/table.py

lint: .venv/installed check-types check-imports ## check style, spelling, types and declared imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell

check-types: .venv/installed
	$(BIN)/mypy

# Of all files: is what they import declared at all? Of what is installed without the tests: in the base or `instructor`,
# and is all of that used? Of utils: in the base, which is all that a student installs?
check-imports: .venv/installed
	$(BIN)/deptry . --ignore DEP001,DEP002,DEP004 --exclude '\.venv|tests/battery/(attacks|honest)/'
	$(BIN)/deptry autograder utils
	$(BIN)/deptry utils --ignore DEP002 --optional-dependencies-dev-groups instructor,test,bench,hub,cluster,postgres

clean: ## remove what was built, but not course/, work/ or anybody's answers
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis build *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
