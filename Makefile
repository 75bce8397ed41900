# make demo  sets everything up and runs all five steps on three examples
# make test  sets everything up and passes lint, types and tests
# The rest:  check bench real docs schema clean

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
# What lstmc needs to run is installed, and with READY what developing it needs too.
USABLE  = $(VENV)/.usable
READY   = $(VENV)/.ready
PEERS   = .venv-bench
PACKAGES = spec compiler runtime schemas cli examples estimators
# Two workers: TensorFlow's own threads take the rest of a larger machine.
WORKERS ?= 2

.PHONY: demo test check lint types bench real docs schema clean

demo: $(USABLE)
	rm -rf demo && mkdir demo
	cd demo && for name in counting sunspots digits; do \
	    ../$(BIN)/lstmc init --template $$name && \
	    ../$(BIN)/lstmc check $$name.lstm.json && \
	    ../$(BIN)/lstmc run $$name.lstm.json --verbose 1 || exit 1; \
	done
	@echo; echo "The models, histories and learning curves are in demo/runs."

test: check
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not real"

check: lint types

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Type checkers see the package through a link called as it is imported.
types: $(READY)
	mkdir -p $(VENV)/types && ln -sfn ../.. $(VENV)/types/lstmc
	cd $(VENV)/types && MYPYPATH=. ../bin/mypy --config-file ../../pyproject.toml \
	    $(PACKAGES:%=-p lstmc.%) -m lstmc -m lstmc.api -m lstmc.__main__

# On the data sets beside the checkout, where they are: minutes.
real: $(READY)
	$(BIN)/python tests/real/results.py

# About a quarter of an hour. BENCH="small large" measures these alone; the page keeps the other results of before.
bench: $(READY) $(PEERS)/.ready
	$(BIN)/python benchmarks/run.py $(BENCH)

# PyTorch and JAX are measured, and no part of lstmc.
$(PEERS)/.ready: benchmarks/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -r benchmarks/requirements.txt
	touch $@

# The site is in build/docs. What only it needs is installed when it is built for the first time.
docs: $(VENV)/.docs
	$(BIN)/python docs/generate.py
	$(BIN)/lstmc show examples/sunspots.lstm.json --svg docs/images/sunspots.svg
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env docs build/docs
	@echo "The site is in build/docs/index.html."

$(VENV)/.docs: $(USABLE)
	$(BIN)/python -m pip install --quiet -e '.[docs]'
	touch $@

schema: $(USABLE)
	$(BIN)/python -m lstmc.schemas.generate

$(USABLE): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(READY): $(USABLE)
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) build dist demo *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
