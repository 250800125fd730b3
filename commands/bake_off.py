"""Compare initialisations of the new rows: each method with each seed as a DVC experiment, then a page of results.

An experiment runs the stages that its values change (extend, new_tokens) in a copy of the repository's last commit,
so the workspace stays as it is. The seed is that of the initialisation and of the order of training. What was run on
this commit is not run again, and what was run on an earlier one comes from DVC's run cache. Choose the profile in
params.yaml, and give what else shall differ from it with --set:

    python -m commands.bake_off --methods mean random --seeds 1 2 --set profiles.nano.pretrain.new_rows.tokens=50000

The experiments are called init-<method>-<seed>: `dvc exp show` lists them, `dvc exp remove` forgets them.
"""

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import Any, get_args

from commands.experiments import (
    PARAMS,
    check_settings,
    check_values,
    check_workspace,
    digest,
    known_experiments,
    read_metrics,
    run_experiment,
)
from stages.command import start
from stages.errors import BadInput
from stages.initialisation.settings import Method
from stages.outputs import write_text
from stages.params import profile_name, read

LOGS = Path("logs/bake_off")
STAGE = "new_tokens"

log = logging.getLogger("bake_off")


def experiment_name(method: str, seed: int, settings: list[str]) -> str:
    """Also its name as a git reference; other settings make it another experiment."""
    return f"init-{method}-{seed}" + (f"-{digest(settings)}" if settings else "")


def values(method: str, seed: int, settings: list[str]) -> list[str]:
    """What an experiment changes in params.yaml, as KEY=VALUE."""
    chosen = {"extend.input": method, "extend.seed": seed, "mixture.order_seed": seed, "new_tokens.enabled": "true"}
    return [f"{key}={value}" for key, value in chosen.items()] + settings


def bake_off(methods: list[str], seeds: list[int], settings: list[str], profile: str) -> dict[str, list[Any]]:
    """Run what is missing; returns the metrics of each method, a run a seed.

    A method that fails is told of and left out, since some need files that not everyone has (a donor model).
    """
    wanted = {(method, seed): experiment_name(method, seed, settings) for seed in seeds for method in methods}
    known = known_experiments()
    missing = [key for key, name in wanted.items() if name not in known]
    log.info("%d experiments, %d of them not run yet", len(wanted), len(missing))
    failed: dict[str, str] = {}
    begun, ran = time.perf_counter(), 0
    for number, (method, seed) in enumerate(missing, start=1):
        if method in failed:
            continue
        try:
            run_experiment(wanted[method, seed], STAGE, values(method, seed, settings), LOGS)
        except BadInput as error:
            failed[method] = str(error)
            log.warning("%s is left out: %s", method, error)
            continue
        ran += 1
        minutes = (time.perf_counter() - begun) / ran / 60 * (len(missing) - number)
        log.info("%d of %d: %s, about %.0f minutes left", number, len(missing), wanted[method, seed], minutes)
    done = [method for method in methods if method not in failed]
    if not done:
        raise BadInput("no method could be run; the messages above tell why.")
    known = known_experiments()
    if not all(wanted[method, seed] in known for method in done for seed in seeds):
        raise BadInput("a commit was made while the experiments ran. Run again: DVC's run cache has what is finished.")
    file = f"metrics/{profile}/{STAGE}.json"
    runs: dict[str, list[Any]] = {method: [] for method in done}
    for (method, seed), name in wanted.items():
        if method in runs:
            check_values(name, known[name], values(method, seed, settings))
            runs[method].append(read_metrics(name, known[name], file))
    return runs


def page(runs: dict[str, list[Any]], seeds: list[int], settings: list[str], profile: str, plots: dict[str, str]) -> str:
    """The results as Markdown; `plots` gives the file of each."""
    from stages.reporting.bake_off import judgement, table

    head, *rows = table(runs)
    lines = [" | ".join(head), " | ".join(["---"] * len(head)), *(" | ".join(row) for row in rows)]
    some = next(iter(runs.values()))[0]
    changed = f" with {', '.join(f'`{setting}`' for setting in settings)}" if settings else ""
    chosen_seeds, tokens, places = ", ".join(map(str, seeds)), some["tokens"], some["invariance"]["positions"]
    return f"""# Bake-off of initialisations

Made by `make bake-off`: profile `{profile}`{changed}, seeds {chosen_seeds}, {tokens:,} tokens of training
of the new rows alone. A figure is the mean over seeds ± their standard deviation; lower is better everywhere. What the
methods are stands in [initialisation.md](initialisation.md).

{judgement(runs)}

{chr(10).join(f"| {line} |" for line in lines)}

- **Bits a byte**: of held-out text, at step 0 and after training with the tokens, the order and the learning rate of
  the stage `pretrain@new_rows`. The seed is that of the initialisation and of the order; `mean` and others that draw
  nothing differ over seeds by the order alone, so not at step 0.
- **KL**: held-out Vietnamese is read once by the base in its old pieces and once by the extended model in new tokens,
  before training. Wherever a new token ends a word, both have read the same bytes; of what each expects next, the
  divergence KL(base ‖ extended) is taken over the base's vocabulary, renormalised ({places:,} places). So it
  judges how a new token is read, not how much of the mass goes to new tokens.
- **As good as the pieces from**: how often training must have shown a new token until it costs no more nats than the
  untrained base spent on the same bytes in old pieces (0: from the start), and the same for the token after it.
  A base that knows no Vietnamese spends so much on the pieces that this is soon reached; the curves say more.

![Bits per byte of each method]({plots["losses"]})

![What a new token costs by how often it was seen]({plots["learning"]})

Left: what a new token costs; right: that beyond its pieces. A point is the mean over the held-out occurrences of all
new tokens that training had shown so often (from this number up to the next), at all points of the run. Which
tokens those are changes from one bucket to the next, frequent ones being seen soon; between methods it does not, since
each seed gives all methods the same order. So lines are to be compared with one another, point by point.

## At other sizes

The page is of whatever profile `params.yaml` chooses. On a GPU: commit `profile: smollm2-360m`, run
`dvc repro pack extend` once, then, with as many tokens as the comparison may cost,

```bash
make bake-off OPTIONS="--set profiles.smollm2-360m.pretrain.new_rows.tokens=20000000"
```

A point of the learning curve comes every `new_tokens.curve_every_steps` steps. Each experiment leaves an extended
model in DVC's cache; `dvc exp remove` and `dvc gc` free it.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    methods = get_args(Method)
    parser.add_argument("--methods", nargs="+", choices=methods, default=list(methods), metavar="METHOD",
                        help=f"of {', '.join(methods)} (default: all)")  # fmt: skip
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3], metavar="SEED", help="default: 1 2 3")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                        help="other values of params.yaml for all experiments")  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("docs/bake_off.md"), metavar="PATH",
                        help="the page; its plots are put beside it (default: docs/bake_off.md)")  # fmt: skip
    args = parser.parse_args()
    settings = sorted(args.set)
    check_settings(settings)
    check_workspace()
    profile = profile_name(read(PARAMS), PARAMS)
    runs = bake_off(list(dict.fromkeys(args.methods)), sorted(set(args.seeds)), settings, profile)
    write_results(runs, sorted(set(args.seeds)), settings, profile, args.out)
    print(f"Written to {args.out}")
    if left_out := sorted(set(args.methods) - runs.keys()):
        sys.exit(f"error: left out, see above: {', '.join(left_out)}")


def write_results(runs: dict[str, list[Any]], seeds: list[int], settings: list[str], profile: str, out: Path) -> None:
    """Write the page and, beside it, its plots."""
    from stages.reporting import charts
    from stages.reporting.bake_off import curve_rows, range_rows

    kinds = {"vi_before": "vi, step 0", "vi_after": "vi, trained", "en_after": "en, trained"}
    ranges = charts.ranges(range_rows(runs, kinds), list(kinds.values()), "bits a byte, mean and range over seeds")
    titles = {"nats": "nats a new token", "excess": "nats beyond its pieces"}
    curves = [charts.curves(curve_rows(runs, kind), title) for kind, title in titles.items()]
    drawn = {"losses": ranges, "learning": {"hconcat": curves}}
    names = {name: f"{out.stem}_{name}.svg" for name in drawn}
    for name, spec in drawn.items():
        write_text(out.with_name(names[name]), charts.svg({"background": "white"} | spec, name) + "\n")
    write_text(out, page(runs, seeds, settings, profile, names))


if __name__ == "__main__":
    start(main)
