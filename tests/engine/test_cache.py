"""Kernels on disk: found again, rebuilt when damaged, shared by threads and processes, bounded, never fatal."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from melanokine.engine.code import cache
from melanokine.engine.code.machine import host
from melanokine.engine.compiler import compile_object
from melanokine.engine.kernel import Kernel, compile


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MELANOKINE_CACHE", str(tmp_path / "kernels"))
    return tmp_path / "kernels"


def entry(folder):
    (path,) = folder.glob("*.kernel")
    return path


def works(system):
    kernel = Kernel(system.equations, host())
    return kernel.integrate(*system.patients(3), times=[1.0]).states


def test_second_start_is_from_disk(robertson, folder):
    assert not compile_object(robertson.equations, host()).from_cache
    first = works(robertson)
    again = compile_object(robertson.equations, host())
    assert again.from_cache
    assert again.factor_entries == 8
    np.testing.assert_array_equal(works(robertson), first)


def test_machines_do_not_share(robertson, folder, machines):
    for machine in machines:
        assert not compile_object(robertson.equations, machine).from_cache
    assert len(list(folder.iterdir())) == len(machines)


@pytest.mark.parametrize("damage", ["truncated", "empty", "flipped", "foreign"])
def test_damaged_entry_is_rebuilt(robertson, folder, damage):
    expected = works(robertson)
    path = entry(folder)
    content = path.read_bytes()
    flipped = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    path.write_bytes({"truncated": content[:-10], "empty": b"", "flipped": flipped, "foreign": b"x" * 9999}[damage])
    assert not compile_object(robertson.equations, host()).from_cache
    np.testing.assert_array_equal(works(robertson), expected)
    assert path.read_bytes()[:20] == content[:20]


def test_unusable_folder_never_fails_a_run(robertson, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MELANOKINE_CACHE", str(tmp_path / "file" / "kernels"))
    assert np.isfinite(works(robertson)).all()


def test_full_disk_never_fails_a_run(robertson, folder, monkeypatch):
    def fail(*arguments):
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "replace", fail)
    assert np.isfinite(works(robertson)).all()
    assert list(folder.iterdir()) == []


def test_size_is_bounded(folder, monkeypatch):
    monkeypatch.setattr(cache, "SIZE_LIMIT", 10_000)
    for k in range(8):
        cache.store(f"kernel{k}", {}, b"x" * 3000)
        os.utime(folder / f"kernel{k}.kernel", (k, k))
    left = sorted(path.stem for path in folder.iterdir())
    assert left == ["kernel5", "kernel6", "kernel7"]
    assert cache.load("kernel0") is None
    assert cache.load("kernel7") == ({}, b"x" * 3000)


def test_threads_compile_once(every_operation, folder):
    from melanokine.engine import kernel

    kernel._kernels.pop((every_operation.equations.digest, host()), None)
    with ThreadPoolExecutor(4) as pool:
        kernels = list(pool.map(lambda _: compile(every_operation.equations), range(8)))
    assert all(k is kernels[0] for k in kernels)
    assert entry(folder)


def test_processes_share_the_folder(folder):
    program = """
from melanokine.engine.code import cache
for k in range(30):
    cache.store("shared", {"k": k}, bytes(100_000))
    found = cache.load("shared")
    assert found is None or len(found[1]) == 100_000
"""
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert [path.name for path in folder.iterdir()] == ["shared.kernel"]


def test_folder_follows_the_platform(monkeypatch, tmp_path):
    monkeypatch.delenv("MELANOKINE_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.directory() == tmp_path / "melanokine"
