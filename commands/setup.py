"""Make the environment `.venv` from requirements-torch.txt and requirements.lock, once.

Only the standard library, and only syntax that an old Python still parses, so that the checks can
speak. A second run finds the environment ready and returns at once.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
READY = ENVIRONMENT / "ready"
LOCKS = [ROOT / "requirements-torch.txt", ROOT / "requirements.lock"]
OPTIONS = ["ray", "browser"]  # each has a requirements-<option>.lock
UV = "uv==0.13.8"
PYTHON = (3, 11)
FREE_GIB = 6  # environment 2.5 GiB (CPU torch), package cache and nano's data beside it

# What a fresh Debian may lack: command, and the package that brings it.
COMMANDS = {"git": "git", "make": "make", "cmake": "cmake", "c++": "g++"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--with", dest="chosen", action="append", default=[], choices=OPTIONS, help="an optional part")
    chosen = parser.parse_args().chosen
    problem = missing_prerequisite()
    if problem:
        sys.exit("error: " + problem)
    wanted = fingerprint(LOCKS)
    if not (READY.exists() and READY.read_text() == wanted):
        make_environment(wanted)
    for option in chosen:
        add(option)


def make_environment(wanted):
    """Install what the locks name."""
    print("Setting up .venv (once; a few minutes)", flush=True)
    READY.unlink(missing_ok=True)
    for ready in ENVIRONMENT.glob("ready-*"):
        ready.unlink()
    # No --clear: a half-made environment is completed, and a running process keeps its files.
    run(find_python(), "-m", "venv", str(ENVIRONMENT))
    python = str(ENVIRONMENT / "bin" / "python")
    # pip honours the user's own configuration (say, an index with CPU builds of torch); uv does not.
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV, "-r", str(LOCKS[0]))
    # Without dependency resolution: the lock is complete, and leaves out torchvision, which litdata
    # names, nothing here uses, and whose CUDA build beside a CPU torch breaks `import litgpt`.
    install(LOCKS[1])
    READY.write_text(wanted)


def add(option):
    """Install an optional part into the finished environment, once."""
    lock, ready = ROOT / f"requirements-{option}.lock", ENVIRONMENT / f"ready-{option}"
    wanted = fingerprint([lock])
    if not ready.exists() or ready.read_text() != wanted:
        print(f"Adding {option} to .venv", flush=True)
        install(lock)
        ready.write_text(wanted)


def install(lock):
    """Exactly what a lock names, checked by its hashes."""
    python, uv = str(ENVIRONMENT / "bin" / "python"), str(ENVIRONMENT / "bin" / "uv")
    options = ["--no-deps", "--require-hashes", "--compile-bytecode", "--python", python]
    run(uv, "pip", "install", *options, "-r", str(lock))


def missing_prerequisite():
    """One line that says what is missing and how to get it, or None."""
    if find_python() is None:
        return (
            f"Python 3.11 is needed, found {sys.version_info[0]}.{sys.version_info[1]}. "
            "Install python3.11 and python3.11-venv, or run `make PYTHON=/path/to/python3.11`."
        )
    for command, package in COMMANDS.items():
        if shutil.which(command) is None:
            return f"{command} is needed. On Debian: apt-get install {package}"
    if not READY.exists():
        probe = "import ensurepip, sysconfig; open(sysconfig.get_path('include') + '/Python.h')"
        if subprocess.run([find_python(), "-c", probe], stderr=subprocess.DEVNULL, check=False).returncode:
            return "Python's headers and venv are needed. On Debian: apt-get install python3.11-dev python3.11-venv"
        free = shutil.disk_usage(str(ROOT)).free / 2**30
        if free < FREE_GIB:
            return f"{FREE_GIB} GiB of free disk are needed here, {free:.1f} are left."
    return None


def find_python():
    """This interpreter if it has the right version, else the first `python3.11` on PATH, else None."""
    if sys.version_info[:2] == PYTHON:
        return getattr(sys, "_base_executable", sys.executable)
    return shutil.which("python{}.{}".format(*PYTHON))


def fingerprint(locks):
    """The environment is ready for exactly these lock files."""
    return hashlib.sha256(b"".join(lock.read_bytes() for lock in locks) + UV.encode()).hexdigest()


def run(*command):
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if subprocess.run(command, cwd=str(ROOT), env=environment, check=False).returncode:
        failed = " ".join(command)
        sys.exit(f"error: setting up failed at: {failed}\nRun the same make command again; it goes on from here.")


if __name__ == "__main__":
    main()
