"""Get releases of the corpus: from the package index pip is configured for, checked, never executed.

An archive is only ever read: its hash is compared with the manifest, and of its regular files
those that can hold Python code with the word `imp` are written below
`DIR/<package>-<version>/`.  Nothing of a foreign package is built, imported or run.
Archives are kept in `DIR/.archives`, so that a second fetch needs no network.

    python -m tests.corpus.fetch [--data DIR] [--all | NAME ...]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from .data import Release, releases, subset

DEFAULT_DATA = Path("~/.cache/imp-migrate-corpus")
_PYPI = "https://pypi.org/simple"  # what pip falls back to
_SUFFIXES = {"", ".py", ".pyi", ".ipynb"}
_WORD = re.compile(rb"\bimp\b")
_TIMEOUT = 60  # seconds for one request


class UnreachableError(Exception):
    """The package index does not answer, so nothing can be said about the release."""


class RejectedError(Exception):
    """What the index has is not the archive that the manifest pins."""


def fetch(release: Release, root: Path) -> Path:
    """Make sure that *release* is unpacked below *root* and return its folder.

    Raises UnreachableError when the index does not answer, RejectedError when it has
    no such file or one with another hash.
    """
    folder = root / release.key
    if folder.is_dir():
        return folder
    data = archive(release, root)
    scratch = Path(tempfile.mkdtemp(prefix=".unpack-", dir=root))
    try:
        for path, content in unpack(data):
            target = scratch / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        scratch.chmod(0o755)
        try:
            scratch.rename(folder)  # whole or not at all, also with several fetchers at work
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def archive(release: Release, root: Path) -> bytes:
    """Return the archive of *release*, kept in `.archives` below *root* from the first time on.

    Raises what `fetch` raises.
    """
    kept = root / ".archives" / release.file
    kept.parent.mkdir(parents=True, exist_ok=True)
    data = kept.read_bytes() if kept.is_file() else b""
    if not _matches(release, data):
        data = _download(release)
        if not _matches(release, data):
            raise RejectedError(f"{release.file}: its SHA-256 is not the one in the manifest")
        _write(kept, data)
    return data


def fetch_all(wanted: Iterable[Release], root: Path, jobs: int = 4) -> dict[str, Exception]:
    """Fetch every wanted release; return what went wrong by release key."""

    def attempt(release: Release) -> Exception | None:
        try:
            fetch(release, root)
        except (UnreachableError, RejectedError, OSError) as error:
            return error
        return None

    everything = list(wanted)
    with ThreadPoolExecutor(jobs) as pool:
        results = zip(everything, pool.map(attempt, everything), strict=True)
        return {release.key: error for release, error in results if error is not None}


def unpack(archive: bytes, *, everything: bool = False) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield safe relative path and content of each regular file that may use `imp`.

    With *everything*, of all regular files.
    Raises RejectedError for something that is neither a zip nor a tar archive.
    """
    for name, data in _members(archive):
        parts = [re.sub(r"[\x00-\x1f:]", "_", part) for part in name.replace("\\", "/").split("/")]
        path = PurePosixPath(*[part for part in parts if part not in ("", ".", "..")])
        if everything or (path.suffix in _SUFFIXES and _WORD.search(data)):
            yield path, data


def _members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(io.BytesIO(archive)):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist():
                if not entry.is_dir():
                    yield entry.filename, opened.read(entry)
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None  # no links, no devices
                if file is not None:
                    yield member.name, file.read()
    except tarfile.TarError as error:
        raise RejectedError(f"not an archive: {error}") from None


def _matches(release: Release, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == release.sha256


def _write(path: Path, data: bytes) -> None:
    handle, scratch = tempfile.mkstemp(dir=path.parent)
    with open(handle, "wb") as file:
        file.write(data)
    os.replace(scratch, path)


def _download(release: Release) -> bytes:
    project = re.sub(r"[-_.]+", "-", release.package).lower()
    page = f"{index_url()}/{project}/"
    links = _Links()
    links.feed(_get(page).decode("utf-8", "replace"))
    for href in links.found:
        url = urllib.parse.urldefrag(urllib.parse.urljoin(page, href)).url
        if (
            urllib.parse.unquote(PurePosixPath(urllib.parse.urlsplit(url).path).name)
            == release.file
        ):
            return _get(url)
    raise RejectedError(f"{release.file}: the index does not list it")


class _Links(HTMLParser):
    """Collects the targets of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _get(url: str) -> bytes:
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})
    if parts.username is not None:  # credentials in the configured URL
        login = (
            f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        )
        request.full_url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        request.add_unredirected_header(
            "Authorization", "Basic " + base64.b64encode(login.encode()).decode()
        )
    for attempt in range(3):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT, context=_tls()) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise RejectedError(f"the index answers 404 for {parts.path}") from None
            reason = str(error)
        except (OSError, ValueError) as error:  # URLError is an OSError
            reason = str(error)
            if attempt == 0 and isinstance(getattr(error, "reason", None), ssl.SSLError):
                break
    raise UnreachableError(f"the package index cannot be reached: {reason}")


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)


@cache
def index_url() -> str:
    """The index pip is configured for (environment first, then its files), else PyPI."""
    url = os.environ.get("PIP_INDEX_URL", "")
    for key in () if url else ("global.index-url", "install.index-url", "download.index-url"):
        command = [sys.executable, "-m", "pip", "config", "get", key]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        url = url or answer.stdout.strip()
    return (url or _PYPI).rstrip("/")


def main() -> int:
    """Fetch the subset, the releases named, or all; exit status 1 if one could not be had."""
    parser = argparse.ArgumentParser(description="Fetch releases of the corpus; run nothing.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="<package>-<version>")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR")
    parser.add_argument("--all", action="store_true", help="the whole manifest, some 330 MB")
    parser.add_argument("--jobs", type=int, default=4, metavar="N")
    args = parser.parse_args()
    known = releases()
    unknown = [name for name in args.names if name not in known]
    if unknown:
        parser.error(f"not in the manifest: {', '.join(unknown)}")
    chosen = known if args.all else {name: known[name] for name in args.names} or subset()
    root = args.data.expanduser()
    root.mkdir(parents=True, exist_ok=True)
    failures = fetch_all(chosen.values(), root, args.jobs)
    for key, error in failures.items():
        print(f"{key}: {error}", file=sys.stderr)
    print(f"{len(chosen) - len(failures)} of {len(chosen)} releases are in {root}")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
