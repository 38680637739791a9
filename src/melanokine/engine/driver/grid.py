"""The entry of a grid: every thread runs the driver on a lane of its own and takes the next patient when it is free.

Block b of a launch owns tile b of the workspace. Its thread t works on element t of every row of the tile, so that the
threads of a warp, which execute the same instruction, read and write adjacent elements. Which patient goes to which
thread changes no number.
"""

from __future__ import annotations

from llvmlite import ir

from melanokine.engine.code.routine import INTEGER, POINTER, REAL, Routine, Term
from melanokine.engine.driver.lane import Plan

KERNEL = "simulate_grid"
"""The kernel of a GPU, `(call, workspace, rows)` with the rows of a tile; block and thread are those of the launch."""
THREAD = "simulate_thread"
"""What each thread does, `(call, workspace, rows, block, thread)`; a processor can run the threads one by one."""


def write_grid(module: ir.Module, plan: Plan) -> None:
    """Add the entry of a thread, and the kernel where the machine is a GPU."""
    machine = plan.machine
    arguments = {"call": POINTER, "workspace": POINTER, "rows": INTEGER}
    routine = Routine(module, machine, THREAD, {**arguments, "block": INTEGER, "thread": INTEGER}, public=True)
    rows, block, thread = (Term(routine, routine.argument[name]) for name in ("rows", "block", "thread"))
    workspace = routine.array(routine.argument["workspace"], REAL)
    own = workspace.at(block * rows * machine.stride + thread * machine.lanes)
    routine.call("simulate", routine.argument["call"], own)
    routine.finish()
    if machine.nvidia:
        kernel = Routine(module, machine, KERNEL, arguments, public=True)
        kernel.function.calling_convention = "ptx_kernel"
        place = [_register(kernel, name) for name in ("ctaid.x", "tid.x")]
        kernel.call(THREAD, *kernel.argument.values(), *place)
        kernel.finish()


def _register(kernel: Routine, name: str) -> ir.Value:
    """A special register of PTX: the number of the block, or of the thread in it."""
    word = ir.IntType(32)
    read = ir.Function(kernel.module, ir.FunctionType(word, []), f"llvm.nvvm.read.ptx.sreg.{name}")
    return kernel.builder.zext(kernel.builder.call(read, []), INTEGER)
