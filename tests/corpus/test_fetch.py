"""Fetching: only what the manifest pins, only data, only below the given folder."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import fetch
from .data import Release


def tar(entries: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in entries.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return out.getvalue()


def wheel(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def release(data: bytes, file: str = "some_thing-1.0.tar.gz") -> Release:
    return Release("Some.Thing", "1.0", file, hashlib.sha256(data).hexdigest())


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index on this machine; returns the folder of the one project it has."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    project = tmp_path / "index" / "some-thing"
    project.mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(project.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(fetch, "index_url", lambda: f"http://127.0.0.1:{server.server_port}")
        yield project
        server.shutdown()


def offer(project: Path, name: str, data: bytes) -> None:
    (project / name).write_bytes(data)
    (project / "index.html").write_text(f'<a class="x" href="{name}#sha256=0">{name}</a>')


def test_a_release_is_fetched_once_and_unpacked(index: Path, tmp_path: Path) -> None:
    data = tar({"t-1.0/a.py": b"import imp\n", "t-1.0/b.py": b"important\n", "t-1.0/imp.c": b"imp"})
    offer(index, "some_thing-1.0.tar.gz", data)
    folder = fetch.fetch(release(data), tmp_path / "data")
    assert folder == tmp_path / "data" / "Some.Thing-1.0"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.relative_to(folder).as_posix() for path in files] == ["t-1.0/a.py"]

    (index / "some_thing-1.0.tar.gz").unlink()
    files[0].unlink()
    files[0].parent.rmdir()
    folder.rmdir()
    assert (
        fetch.fetch(release(data), tmp_path / "data") / "t-1.0/a.py"
    ).is_file()  # from the cache


def test_another_hash_is_rejected(index: Path, tmp_path: Path) -> None:
    offer(index, "some_thing-1.0.tar.gz", tar({"a.py": b"import imp\n"}))
    with pytest.raises(fetch.RejectedError, match="SHA-256"):
        fetch.fetch(release(b"what the manifest says"), tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".archives"]


def test_a_file_that_the_index_does_not_list_is_rejected(index: Path, tmp_path: Path) -> None:
    offer(index, "some_thing-2.0.tar.gz", b"")
    with pytest.raises(fetch.RejectedError, match="does not list"):
        fetch.fetch(release(b"x"), tmp_path / "data")


def test_an_index_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "index_url", lambda: "http://127.0.0.1:9")
    with pytest.raises(fetch.UnreachableError, match="index cannot be reached"):
        fetch.fetch(release(b"x"), tmp_path)
    failures = fetch.fetch_all([release(b"x")], tmp_path)
    assert isinstance(failures["Some.Thing-1.0"], fetch.UnreachableError)


def test_unpacking_stays_in_its_folder_and_follows_no_link() -> None:
    data = tar(
        {"/etc/a.py": b"import imp", "../../b.py": b"import imp", "c\x01:d.py": b"import imp"},
        {"link.py": "/etc/passwd"},
    )
    assert [str(path) for path, _ in fetch.unpack(data)] == ["etc/a.py", "b.py", "c__d.py"]
    names = [str(path) for path, _ in fetch.unpack(wheel({"..\\x.py": b"import imp", "y/": b""}))]
    assert names == ["x.py"]


def test_only_archives_are_unpacked() -> None:
    with pytest.raises(fetch.RejectedError, match="not an archive"):
        list(fetch.unpack(b"<html>"))


def test_the_index_is_the_one_pip_is_configured_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch.index_url.cache_clear()
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple/")
    assert fetch.index_url() == "https://index.example/simple"
    fetch.index_url.cache_clear()
