# Every target is one command; `make` alone lists them. The logic is in stages/ and commands/.
PYTHON ?= python3
DATA ?=
MODEL ?=
OUT ?=
VI ?=
EN ?=
OPTIONS ?=
FILE ?= ablations/eeve.yaml
A ?= main
B ?=
LOCK_OPTIONS ?= --torch-backend=cpu
# A process a core, of up to 0.8 GB; a file in one process, since its tests share what is costly to make; in our order.
PARALLEL = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-real repro scores report chat own prune-vocabulary plan pin rehearse vmlu-submission metrics compare plots push pull bench bench-corpus bench-scale bench-vocabulary bench-training bench-evaluation bench-gpu vocabulary-table bake-off ablation lint format secrets lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Make the environment .venv from the lock (the other targets do it when needed)
	@$(PYTHON) commands/setup.py

demo: setup  ## Run the whole pipeline on the built-in world, then print the scores
	dvc repro
	@python -m commands.scores

test: setup  ## Run the fast tests
	OMP_NUM_THREADS=1 python -m pytest -m "not campaign and not real" $(PARALLEL)

test-all: setup  ## Run the long tests: kills, fuzz, scale, a local Ray
	@$(PYTHON) commands/setup.py --with ray
	python -m pytest -m campaign

test-real: setup  ## Run the tests on real files: make test-real DATA=folder
	python -m pytest tests -m real --data="$(DATA)"

repro: setup  ## Rebuild what a change invalidates
	dvc repro

scores: setup  ## Print the Vietnamese and English scores of every model
	@python -m commands.scores

report: setup  ## Rebuild the report page (data/report/index.html) and what it needs
	dvc repro report

bake-off: setup  ## Compare initialisations of new tokens as DVC experiments (OPTIONS="--methods mean random")
	@python -m commands.bake_off $(OPTIONS)

ablation: setup  ## Compare EEVE and extension with plain training over three seeds (FILE=ablations/...: what it says)
	@python -m commands.ablation $(FILE) $(OPTIONS)

chat: setup  ## Talk to the final model
	@python -m commands.chat

own: setup  ## Take your own text: make own VI=path EN=path, then set profile: files
	@python -m commands.own_text --vi "$(VI)" --en "$(EN)"

prune-vocabulary: setup  ## Compare ways to prune a model's vocabulary, or write it: MODEL=path VI=path EN=path (OUT=folder)
	@python -m commands.prune_vocabulary "$(MODEL)" --text vi="$(VI)" --text en="$(EN)" $(if $(OUT),--out "$(OUT)",--compare 1 10 100)

plan: setup  ## What a profile will download, its disk and GPU hours, which sources are gated (PROFILE=name)
	@python -m commands.plan $(if $(PROFILE),--profile $(PROFILE))

pin: setup  ## Pin the data sets and benchmarks that are not pinned yet to their newest commit (SOURCE="name ..." for others)
	@python -m commands.pin $(SOURCE)

rehearse: setup  ## Run profile smollm2-360m at tiny size through the real hub clients, on loopback
	python -m commands.rehearse

vmlu-submission: setup  ## Answer VMLU's test for its server: make vmlu-submission MODEL=models/merge OUT=vmlu.csv
	@python -m commands.vmlu_submission "$(MODEL)" "$(OUT)" $(OPTIONS)

metrics: setup  ## Show how the scores changed since the last commit
	dvc metrics diff --md --targets metrics/*/evaluate

compare: setup  ## Compare the scores of two commits: make compare A=main B=HEAD (B: the working tree), with a gate
	@python -m commands.compare $(A) $(B) $(OPTIONS)

plots: setup  ## Draw loss curves and scores into one page that needs no network
	@python -m commands.plots

push: setup secrets  ## Send the artifacts to the DVC remote
	dvc push

pull: setup  ## Bring the artifacts from the DVC remote
	dvc pull

bench: setup  ## Measure speed and memory (DATA=folder: also of the corpus stages on real text)
	python -m commands.bench
	python -m commands.bench_training
	python -m commands.bench_evaluation $(if $(DATA),--data $(DATA)/benchmarks)
	$(if $(DATA),python -m commands.bench_corpus $(DATA))
	$(if $(DATA),python -m commands.bench_scale $(DATA))
	$(if $(DATA),python -m commands.bench_vocabulary $(DATA))

bench-corpus: setup  ## Measure the corpus stages on real text, beside datatrove's: make bench-corpus DATA=folder
	@python -m commands.bench_corpus $(DATA)

bench-scale: setup  ## Measure how the corpus stages grow, and plan a large corpus: make bench-scale DATA=folder
	@python -m commands.bench_scale $(DATA)

bench-vocabulary: setup  ## Measure counting, learning and encoding of vocabularies: make bench-vocabulary DATA=folder
	@python -m commands.bench_vocabulary $(DATA)

bench-training: setup  ## Measure training beside litgpt's, what learns, and the memory of the loss
	@python -m commands.bench_training

bench-evaluation: setup  ## Measure scoring beside lm-evaluation-harness's own model (DATA=folder: also on real benchmarks)
	@python -m commands.bench_evaluation $(if $(DATA),--data $(DATA)/benchmarks) $(OPTIONS)

bench-gpu: setup  ## Measure training on a GPU beside stock LitGPT (OPTIONS=--rehearse: try the script without one)
	@python -m commands.bench_gpu $(OPTIONS)

vocabulary-table: setup  ## What vocabularies cost on real text, beside other tokenizers: make vocabulary-table DATA=folder
	@python -m commands.vocabulary_table $(DATA)

secrets: setup  ## Look for tokens and secrets in what is committed
	@python -m commands.secrets

lint: setup  ## Check style
	ruff check . && ruff format --check .

format: setup  ## Mend style
	ruff check --fix . && ruff format .

lock: setup  ## Resolve requirements.in into requirements.lock
	uv pip compile requirements.in -c requirements-torch.txt --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-package torch --no-emit-package torchvision $(LOCK_OPTIONS) -o requirements.lock
	uv pip compile requirements-ray.in -c requirements.lock -c requirements-torch.txt --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-ray.lock

clean:  ## Remove what the pipeline made here (the DVC cache and the environment stay)
	rm -rf models logs checkpoints build dvc_plots data/benchmarks data/fetch data/clean data/perplexity data/dedup data/split data/probes data/pack data/curves data/evaluate data/report
