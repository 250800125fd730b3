"""A small hub on loopback: the part of the Hugging Face hub's HTTP API that its clients use to read.

It serves repositories made in memory, notes what was asked for, and can be told to fail. Set as the
proxy of its clients it also notes, and refuses, whatever they ask of other hosts.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

API = re.compile(
    r"/api/(models|datasets)/([^/]+/[^/]+)(?:/(revision|tree|paths-info|auth-check)(?:/([^/]+))?(?:/(.*))?)?"
)
FILE = re.compile(r"/(datasets/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
IN_LFS = (".parquet", ".safetensors")  # which the hub keeps by their SHA-256, with a pointer of so many bytes in git
POINTER_BYTES = 134
COMMIT_DATE = "2024-01-01T00:00:00.000Z"
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass
class Repository:
    """Files under a name, with one commit on `main`: its hash is `pinned`, or follows from the files."""

    name: str
    kind: str  # "models" or "datasets"
    files: dict[str, bytes]
    gated: bool = False
    tokens: frozenset[str] = frozenset()  # of accounts that accepted the terms
    pinned: str | None = None

    @property
    def commit(self) -> str:
        """The full hash of the only commit."""
        if self.pinned:
            return self.pinned
        parts = [self.kind, self.name, *(f"{path} {blob_id(data)}" for path, data in sorted(self.files.items()))]
        return hashlib.sha1("\0".join(parts).encode()).hexdigest()

    def folders(self) -> set[str]:
        """Every folder that some file lies in."""
        return {str(parent) for path in self.files for parent in PurePosixPath(path).parents} - {"."}


@dataclass
class Fault:
    """What happens to the next `times` requests whose method and path match `pattern`."""

    pattern: str
    status: int = 0  # answered instead of the content; 0 cuts the connection in the middle of the body
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)


class Hub(ThreadingHTTPServer):
    """The server; `requests` holds what was asked for, as `METHOD path`, and `bytes_sent` the size of file bodies."""

    daemon_threads = True

    def __init__(self, repositories: list[Repository]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = {(repository.kind, repository.name): repository for repository in repositories}
        self.faults: list[Fault] = []
        self.asked_elsewhere: list[str] = []
        self.requests: list[str] = []
        self.bytes_sent = 0
        self.lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """What HF_ENDPOINT is set to."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables of a client process: the endpoint, and this server as the proxy to everywhere else."""
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), self.endpoint)
        loopback = dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost")
        return {"HF_ENDPOINT": self.endpoint} | proxies | loopback

    def next_fault(self, request: str) -> Fault | None:
        """The fault that strikes this request, used up by one."""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and re.search(fault.pattern, request):
                    fault.times -= 1
                    return fault
        return None


@contextmanager
def serve(repositories: list[Repository]) -> Iterator[Hub]:
    """A running hub, stopped at the end of the block."""
    hub = Hub(repositories)
    thread = threading.Thread(target=hub.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()


def blob_id(data: bytes) -> str:
    """Git's hash of a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the requests are kept in `server.requests`."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_CONNECT(self) -> None:
        self._refuse_elsewhere()

    def _refuse_elsewhere(self) -> None:
        with self.server.lock:
            self.server.asked_elsewhere.append(f"{self.command} {self.path}")
        self._send(403, b"", {})

    def _answer(self) -> None:
        if "://" in self.path:
            return self._refuse_elsewhere()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        path = unquote(url.path)
        request = f"{self.command} {path}"
        with self.server.lock:
            self.server.requests.append(request)
        fault = self.server.next_fault(request)
        if fault and fault.status:
            return self._send(fault.status, b"", fault.headers)
        if match := API.fullmatch(path):
            return self._api(*match.groups(), query=parse_qs(url.query), body=body)
        if match := FILE.fullmatch(path):
            dataset, name, revision, file = match.groups()
            return self._file("datasets" if dataset else "models", name, revision, file, cut=fault is not None)
        return self._error(404, "EntryNotFound", f"nothing at {path}")

    def _api(self, kind: str, name: str, verb: str | None, revision: str | None, inside: str | None, *, query, body):
        repository = self.server.repositories.get((kind, name))
        if repository is None:
            return self._error(401, "RepoNotFound", f"no repository {name}")
        if verb == "auth-check":
            return self._refused(repository) or self._json({})
        if revision not in (None, "main", repository.commit):
            return self._error(404, "RevisionNotFound", f"no revision {revision}")
        if verb in (None, "revision"):
            return self._json(_description(repository))
        if self._refused(repository):
            return None
        if verb == "tree":
            recursive = query.get("recursive", [""])[0].lower() == "true"
            entries = _tree(repository, (inside or "").strip("/"), recursive)
            return self._json(entries) if entries else self._error(404, "EntryNotFound", f"no {inside} in {name}")
        return self._json(_paths_info(repository, _wanted_paths(self.headers.get("Content-Type", ""), body)))

    def _file(self, kind: str, name: str, revision: str, file: str, cut: bool) -> None:
        repository = self.server.repositories.get((kind, name))
        if repository is None:
            return self._error(401, "RepoNotFound", f"no repository {name}")
        if revision not in ("main", repository.commit):
            return self._error(404, "RevisionNotFound", f"no revision {revision}")
        if self._refused(repository):
            return None
        origin = {"X-Repo-Commit": repository.commit}
        if file not in repository.files:
            return self._error(404, "EntryNotFound", f"no {file} in {name}", origin)
        data = repository.files[file]
        headers = origin | {"ETag": f'"{blob_id(data)}"', "Accept-Ranges": "bytes"}
        if match := RANGE.fullmatch(self.headers.get("Range", "")):
            start, end = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
            if start >= len(data):
                return self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            return self._send(206, data[start : end + 1], headers, cut)
        return self._send(200, data, headers, cut)

    def _refused(self, repository: Repository) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not repository.gated or token in repository.tokens:
            return False
        # Unknown users must log in; known ones must accept the terms.
        self._error(403 if token else 401, "GatedRepo", f"access to {repository.name} is restricted")
        return True

    def _error(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        self._send(status, b"", {"X-Error-Code": code, "X-Error-Message": message} | (headers or {}))

    def _json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str], cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        with self.server.lock:
            self.server.bytes_sent += len(body)
        self.wfile.write(body)


def _description(repository: Repository) -> dict[str, Any]:
    return {
        "id": repository.name,
        "sha": repository.commit,
        "private": False,
        "gated": "auto" if repository.gated else False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "lastModified": COMMIT_DATE,
        "createdAt": COMMIT_DATE,
        "siblings": [{"rfilename": path} for path in sorted(repository.files)],
    }


def _entry(repository: Repository, path: str) -> dict[str, Any]:
    if path in repository.files:
        data = repository.files[path]
        commit = {"id": repository.commit, "title": "Add data", "date": COMMIT_DATE}
        entry = {"type": "file", "path": path, "size": len(data), "oid": blob_id(data), "lastCommit": commit}
        if PurePosixPath(path).suffix in IN_LFS:
            sha256 = hashlib.sha256(data).hexdigest()
            entry["lfs"] = {"oid": sha256, "size": len(data), "pointerSize": POINTER_BYTES}
        return entry
    return {"type": "directory", "path": path, "size": 0, "oid": hashlib.sha1(path.encode()).hexdigest()}


def _tree(repository: Repository, inside: str, recursive: bool) -> list[dict[str, Any]]:
    everything = sorted(repository.folders() | set(repository.files))
    below = [path for path in everything if not inside or path.startswith(inside + "/")]
    if not recursive:
        depth = inside.count("/") + 1 if inside else 0
        below = [path for path in below if path.count("/") == depth]
    return [_entry(repository, path) for path in below]


def _paths_info(repository: Repository, paths: list[str]) -> list[dict[str, Any]]:
    known = repository.folders() | set(repository.files)
    return [_entry(repository, path) for path in paths if path in known]


def _wanted_paths(content_type: str, body: bytes) -> list[str]:
    if "json" in content_type:
        paths = json.loads(body)["paths"]
        return [paths] if isinstance(paths, str) else paths
    return parse_qs(body.decode()).get("paths", [])
