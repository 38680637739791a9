"""Kernels as PTX: IEEE arithmetic only, nothing from outside, global memory; assembled where that can be."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from melanokine.engine.code.machine import gpu
from melanokine.engine.compiler import compile_object
from melanokine.engine.driver.grid import KERNEL
from melanokine.errors import EngineError

CASES = [
    ("every_operation", "sm_80"),
    ("every_operation", "sm_90"),
    ("two_compartments", "sm_80"),
    ("logistic", "sm_90"),
]


@pytest.fixture(params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def architecture(case):
    return case[1]


@pytest.fixture
def ptx(case, request):
    system, architecture = case
    equations = request.getfixturevalue(system).equations
    return compile_object(equations, gpu(architecture)).object_code.decode()


def instructions(ptx):
    """The instructions of a text of PTX, without predicates."""
    return re.findall(r"^\t(?:@!?%p\d+ )?([a-z][\w.]*)", ptx, re.MULTILINE)


def test_target_and_kernel(ptx, architecture):
    assert f"\n.target {architecture}\n" in ptx
    assert re.findall(r"\.entry (\w+)", ptx) == [KERNEL]


def test_nothing_comes_from_outside(ptx):
    assert ".extern" not in ptx
    called = set(re.findall(r"^\tcall(?:\.uni)?\s+(\w+),", ptx, re.MULTILINE))
    defined = set(re.findall(r"\.func (\w+)\(", ptx))
    assert "step" in called
    assert called <= defined


def test_every_operation_rounds_as_ieee_demands(ptx):
    """Without .rn the assembler may fuse products into sums; .approx and .ftz are not exact."""
    used = set(instructions(ptx))
    inexact = {name for name in used if re.match(r"(add|sub|mul|fma|mad|div|rcp|sqrt)\.(?!rn\.).*f64$", name)}
    assert not inexact
    assert "fma.rn.f64" in used
    assert not {name for name in used if "approx" in name or "ftz" in name or name.endswith("f32")}


def test_memory_is_global_and_read_whole(ptx):
    """No generic address, no local memory, and integers not in halves; .nc is for constants of the program only."""
    used = set(instructions(ptx))
    moves = {name for name in used if name.split(".")[0] in ("ld", "st")}
    assert not {
        name for name in moves if not re.match(r"((ld|st)\.(param|global)|ld\.global\.nc)\.[bufs](64|8)$", name)
    }
    assert {name.split(".")[0] for name in moves} == {"ld", "st"}
    assert ".local" not in ptx


def test_threads_take_patients_from_one_counter(ptx):
    assert {name for name in instructions(ptx) if name.startswith("atom")} == {"atom.global.add.u64"}


def test_adjacent_threads_read_adjacent_elements(robertson):
    """The rows of a field are a block's width of doubles apart: 8 bytes times the threads."""
    for threads in (32, 128):
        ptx = compile_object(robertson.equations, gpu("sm_80", threads)).object_code.decode()
        solve = ptx[ptx.index(".visible .func solve(") :]
        reads = re.findall(r"ld\.global\.[bf]64 +\t%\w+, \[%rd\d+(?:\+(\d+))?\];", solve[: solve.index("\n}")])
        offsets = {int(offset or 0) for offset in reads}
        assert len(offsets) > 3
        assert {offset % (8 * threads) for offset in offsets} == {0}
        assert 8 * threads in offsets


def test_ptx_is_cached_by_target(robertson, tmp_path, monkeypatch):
    monkeypatch.setenv("MELANOKINE_CACHE", str(tmp_path))
    targets = [gpu("sm_80", 32), gpu("sm_80", 64), gpu("sm_90", 64)]
    first = [compile_object(robertson.equations, target) for target in targets]
    again = [compile_object(robertson.equations, target) for target in targets]
    assert not any(compiled.from_cache for compiled in first)
    assert all(compiled.from_cache for compiled in again)
    assert [compiled.object_code for compiled in again] == [compiled.object_code for compiled in first]
    assert len({compiled.object_code for compiled in again}) == 3


def test_llvm_without_the_target(robertson, monkeypatch):
    foreign = replace(gpu(), triple="nvptx-unheard-of", cpu="none")

    def fail(triple):
        raise RuntimeError("no available targets are compatible")

    monkeypatch.setattr("llvmlite.binding.Target.from_triple", fail)
    with pytest.raises(EngineError, match="llvmlite cannot compile for nvptx-unheard-of; use the llvmlite"):
        compile_object(robertson.equations, foreign)


def assembler():
    """NVIDIA's ptxas: on PATH, in CUDA_HOME or from the package nvidia-cuda-nvcc; None without."""
    spec = importlib.util.find_spec("nvidia")
    packages = [Path(place) for place in spec.submodule_search_locations or ()] if spec else []
    candidates = [path for place in packages for path in place.glob("*/bin/ptxas")]
    if "CUDA_HOME" in os.environ:
        candidates.insert(0, Path(os.environ["CUDA_HOME"]) / "bin" / "ptxas")
    found = [str(path) for path in candidates if path.is_file()]
    return shutil.which("ptxas") or (found[0] if found else None)


def test_ptx_can_be_assembled(ptx, architecture, tmp_path):
    ptxas = assembler()
    if ptxas is None:
        pytest.skip("no ptxas on PATH, in CUDA_HOME or from the package nvidia-cuda-nvcc: PTX is not assembled")
    (tmp_path / "kernel.ptx").write_text(ptx)
    command = [ptxas, "-v", f"-arch={architecture}", "-o", tmp_path / "kernel.cubin", tmp_path / "kernel.ptx"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be statically determined" not in done.stderr, "recursion would need a stack of unknown depth"
    assert (tmp_path / "kernel.cubin").stat().st_size > 10_000
