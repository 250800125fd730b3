"""How every stage starts: arguments, logging, and errors that a user can read."""

import argparse
import ctypes
import errno
import json
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stages.errors import BadInput

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# How long a thread of GNU OpenMP spins for the others before it sleeps. The default costs nothing on idle cores, and
# nine tenths of the speed where another process keeps one of two cores busy: with this, training is 5 % slower on idle
# cores and 7 times as fast on such ones. Read once, when torch is loaded.
SPIN_COUNT = {"GOMP_SPINCOUNT": "5000"}
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
COSTS = "VINASMOL_COSTS"  # environment variable: the file that `make bench` reads


def parser(doc: str, *paths: str) -> argparse.ArgumentParser:
    """A stage's argument parser: its docstring as help, `--params`, and one option for each path."""
    summary = doc.strip()
    made = argparse.ArgumentParser(description=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--params", type=Path, default=Path("params.yaml"), help="parameter file (default: params.yaml)")
    for name in paths:
        made.add_argument(f"--{name}", type=Path, required=True, metavar="PATH")
    return made


def start(main: Callable[[], None]) -> None:
    """Run `main` as a process of its own: log to stderr, die with the parent, print bad input as one message."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    os.environ.update(SPIN_COUNT | os.environ)
    die_with_parent()
    begun = time.perf_counter()
    try:
        main()
    except BadInput as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        sys.exit(
            f"error: {error.filename or Path.cwd()}: {os.strerror(error.errno)}. Free some space and run again; "
            "what is unfinished does not count."
        )
    if COSTS in os.environ:
        _append_cost(Path(os.environ[COSTS]), time.perf_counter() - begun)


def _append_cost(file: Path, wall_s: float) -> None:
    """A line with what this process and those that it started took. Memory is that of the largest process."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cost = {
        "stage": os.environ.get("DVC_STAGE", sys.argv[0]),
        "wall_s": wall_s,
        "cpu_s": sum(each.ru_utime + each.ru_stime for each in used),
        "peak_mib": max(each.ru_maxrss for each in used) / 1024,
    }
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(cost) + "\n")


def die_with_parent() -> None:
    """Have this process killed when its parent dies, so that it does not go on writing beside a second run."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent died before the call
        os.kill(os.getpid(), signal.SIGKILL)
