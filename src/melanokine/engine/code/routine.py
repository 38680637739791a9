"""Functions written in LLVM IR as structured programs: arithmetic on terms, loops, conditions and named memory.

A thin layer over llvmlite's IRBuilder, so that the step and the driver read like the algorithms that they are:

    with routine.when(lane.step > limit):
        lane.step = limit
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from llvmlite import ir

from melanokine.engine.code.machine import Machine

REAL = ir.DoubleType()
INTEGER = ir.IntType(64)
BYTE = ir.IntType(8)
POINTER = ir.PointerType()
NOTHING = ir.VoidType()


class _FunctionPointer(ir.PointerType):
    """A pointer that says what it may be called with."""

    def __init__(self, pointee: ir.FunctionType) -> None:
        super().__init__()
        self.pointee = pointee


class Term:
    """A value: a double, an integer, a flag, or a vector of them. Python numbers take the other operand's type."""

    def __init__(self, routine: Routine, value: ir.Value) -> None:
        self.routine = routine
        self.value = value

    @property
    def is_real(self) -> bool:
        kind = self.value.type
        return isinstance(kind.element if isinstance(kind, ir.VectorType) else kind, ir.DoubleType)

    def _with(self, real: str, whole: str, other, swap: bool = False) -> Term:
        a, b = self.value, self.routine.constant(other, self.value.type)
        a, b = (b, a) if swap else (a, b)
        return Term(self.routine, getattr(self.routine.builder, real if self.is_real else whole)(a, b))

    def __add__(self, other):
        return self._with("fadd", "add", other)

    def __sub__(self, other):
        return self._with("fsub", "sub", other)

    def __mul__(self, other):
        return self._with("fmul", "mul", other)

    def __truediv__(self, other):
        return self._with("fdiv", "sdiv", other)

    def __rsub__(self, other):
        return self._with("fsub", "sub", other, swap=True)

    def __rtruediv__(self, other):
        return self._with("fdiv", "sdiv", other, swap=True)

    __radd__, __rmul__ = __add__, __mul__

    def __and__(self, other):
        return self._with("", "and_", other)

    def __or__(self, other):
        return self._with("", "or_", other)

    def __invert__(self):
        return Term(self.routine, self.routine.builder.not_(self.value))

    def _compare(self, relation: str, other) -> Term:
        builder = self.routine.builder
        compare = builder.fcmp_ordered if self.is_real else builder.icmp_signed
        return Term(self.routine, compare(relation, self.value, self.routine.constant(other, self.value.type)))

    def __lt__(self, other):
        return self._compare("<", other)

    def __le__(self, other):
        return self._compare("<=", other)

    def __gt__(self, other):
        return self._compare(">", other)

    def __ge__(self, other):
        return self._compare(">=", other)

    def equals(self, other) -> Term:
        return self._compare("==", other)

    def is_nan(self) -> Term:
        return Term(self.routine, self.routine.builder.fcmp_unordered("uno", self.value, self.value))

    def is_finite(self) -> Term:
        return (self - self).equals(0.0)


class Array:
    """Elements of one type behind a pointer; vectors are rows of a workspace, which threads may share."""

    def __init__(self, routine: Routine, pointer: ir.Value, kind: ir.Type) -> None:
        self._routine, self._pointer, self._kind = routine, pointer, kind
        self._threads = routine.machine.threads if isinstance(kind, ir.VectorType) else 1

    def at(self, index) -> ir.Value:
        """The address of an element."""
        index = self._routine.constant(index * self._threads if self._threads > 1 else index, INTEGER)
        return self._routine.builder.gep(self._pointer, [index], inbounds=True, source_etype=self._kind)

    def __getitem__(self, index) -> Term:
        return Term(self._routine, self._routine.builder.load(self.at(index), typ=self._kind))

    def __setitem__(self, index, value) -> None:
        self._routine.builder.store(self._routine.constant(value, self._kind), self.at(index))


class Record:
    """Named cells: reading an attribute loads the cell, assigning stores it; `place` says where a name is kept."""

    _place: Callable[[str], tuple[Array, Term | int]]

    def __init__(self, place: Callable[[str], tuple[Array, Term | int]]) -> None:
        object.__setattr__(self, "_place", place)

    def __getattr__(self, name: str) -> Term:
        array, index = self._place(name)
        return array[index]

    def __setattr__(self, name: str, value) -> None:
        array, index = self._place(name)
        array[index] = value


class Routine:
    """One function under construction; its arguments are attributes of `argument`."""

    def __init__(
        self, module: ir.Module, machine: Machine, name: str, arguments: Mapping[str, ir.Type], *, public: bool = False
    ) -> None:
        self.module, self.machine = module, machine
        self.vector = ir.VectorType(REAL, machine.lanes)
        self.function = ir.Function(module, ir.FunctionType(NOTHING, list(arguments.values())), name)
        self.function.linkage = "external" if public else "internal"
        for attribute in ("noinline", "nounwind"):
            self.function.attributes.add(attribute)
        self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.argument = {name: self._global(value) for name, value in zip(arguments, self.function.args, strict=True)}

    def finish(self) -> None:
        self.builder.ret_void()

    # values

    def constant(self, value, kind: ir.Type) -> ir.Value:
        """A term's value as it is, or a Python number as a constant of type `kind`."""
        if isinstance(value, Term):
            return value.value
        if isinstance(value, ir.Value):
            return value
        if isinstance(kind, ir.VectorType):
            return ir.Constant(kind, [value] * kind.count)
        return ir.Constant(kind, value)

    def integer(self, value: int) -> Term:
        return Term(self, ir.Constant(INTEGER, value))

    def real(self, value: float) -> Term:
        return Term(self, ir.Constant(REAL, value))

    def all_lanes(self, value: float) -> Term:
        """The vector with a number in every lane."""
        return Term(self, self.constant(value, self.vector))

    def splat(self, scalar: Term) -> Term:
        """The vector with `scalar` in every lane."""
        kind = ir.VectorType(scalar.value.type, self.machine.lanes)
        single = self.builder.insert_element(ir.Constant(kind, ir.Undefined), scalar.value, ir.Constant(INTEGER, 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.machine.lanes), [0] * self.machine.lanes)
        return Term(self, self.builder.shuffle_vector(single, ir.Constant(kind, ir.Undefined), zeros))

    def select(self, condition: Term, a, b) -> Term:
        kind = a.value.type if isinstance(a, Term) else b.value.type
        return Term(self, self.builder.select(condition.value, self.constant(a, kind), self.constant(b, kind)))

    def any(self, condition: Term) -> Term:
        """Whether a condition on vectors holds in any lane."""
        bits = ir.IntType(self.machine.lanes)
        return ~Term(self, self.builder.bitcast(condition.value, bits)).equals(0)

    def fma(self, a: Term, b, c: Term) -> Term:
        """a b + c on vectors, fused where the machine can."""
        if not self.machine.fused:
            return a * b + c
        return self._intrinsic("llvm.fma", a.value, self.constant(b, self.vector), c.value)

    def absolute(self, a: Term) -> Term:
        return self._intrinsic("llvm.fabs", a.value)

    def _intrinsic(self, name: str, *arguments: ir.Value) -> Term:
        name = f"{name}.v{self.machine.lanes}f64"
        function = self.module.globals.get(name)
        if function is None:
            kind = ir.FunctionType(self.vector, [self.vector] * len(arguments))
            function = ir.Function(self.module, kind, name)
        return Term(self, self.builder.call(function, arguments))

    # memory

    def array(self, pointer: ir.Value | Term, kind: ir.Type) -> Array:
        if isinstance(pointer, Term):
            pointer = self._global(pointer.value)
        return Array(self, pointer, kind)

    def _global(self, value: ir.Value) -> ir.Value:
        """The same value; of a pointer on a GPU LLVM then knows that it points to global memory."""
        if not self.machine.nvidia or value.type != POINTER:
            return value
        return self.builder.addrspacecast(self.builder.addrspacecast(value, ir.PointerType(addrspace=1)), POINTER)

    # control

    def call(self, name: str, *arguments, convention: str = "") -> None:
        """Call a function of the module by name; it is declared, with its convention, if another module defines it."""
        values = [self.constant(a, INTEGER) for a in arguments]
        function = self.module.globals.get(name)
        if function is None:
            function = ir.Function(self.module, ir.FunctionType(NOTHING, [v.type for v in values]), name)
            function.calling_convention = convention
        self.builder.call(function, values)

    def call_address(self, address: Term, *arguments) -> None:
        """Call a function of pointers at an address that is known at run time only."""
        values = [self.constant(a, POINTER) for a in arguments]
        kind = _FunctionPointer(ir.FunctionType(NOTHING, [POINTER] * len(values)))
        self.builder.call(self.builder.inttoptr(address.value, kind), values)

    @contextmanager
    def when(self, condition: Term) -> Iterator[None]:
        with self.builder.if_then(condition.value):
            yield

    @contextmanager
    def either(self, condition: Term) -> Iterator[tuple]:
        """Two context managers: what to do where the condition holds, and where not."""
        with self.builder.if_else(condition.value) as branches:
            yield branches

    @contextmanager
    def each(self, count, start=0) -> Iterator[Term]:
        """The body once for every index from `start` to below `count`."""
        builder = self.builder
        before, head = builder.block, self._block("head")
        body, after = self._block("body"), self._block("after")
        builder.branch(head)
        builder.position_at_end(head)
        index = builder.phi(INTEGER)
        index.add_incoming(self.constant(start, INTEGER), before)
        builder.cbranch((Term(self, index) < count).value, body, after)
        builder.position_at_end(body)
        yield Term(self, index)
        index.add_incoming((Term(self, index) + 1).value, builder.block)
        builder.branch(head)
        builder.position_at_end(after)

    def total(self, count: int, term: Callable[[Term, Term], Term]) -> Term:
        """The vector that `term(index, sum so far)` has made of 0 after all `count` (at least one) indices."""
        builder = self.builder
        before, body, after = builder.block, self._block("body"), self._block("after")
        builder.branch(body)
        builder.position_at_end(body)
        index, sum_so_far = builder.phi(INTEGER), builder.phi(self.vector)
        index.add_incoming(self.constant(0, INTEGER), before)
        sum_so_far.add_incoming(self.constant(0.0, self.vector), before)
        following = term(Term(self, index), Term(self, sum_so_far))
        successor = Term(self, index) + 1
        index.add_incoming(successor.value, builder.block)
        sum_so_far.add_incoming(following.value, builder.block)
        builder.cbranch((successor < count).value, body, after)
        builder.position_at_end(after)
        return following

    @contextmanager
    def during(self, condition: Callable[[], Term]) -> Iterator[None]:
        """The body as long as `condition`, evaluated before each pass, holds."""
        head, body, after = self._block("head"), self._block("body"), self._block("after")
        self.builder.branch(head)
        self.builder.position_at_end(head)
        self.builder.cbranch(condition().value, body, after)
        self.builder.position_at_end(body)
        yield
        self.builder.branch(head)
        self.builder.position_at_end(after)

    def _block(self, name: str) -> ir.Block:
        return self.function.append_basic_block(name)
