"""The same bits whatever the batch, its order, threads, lanes, output times or observables."""

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, Schedule
from melanokine.engine.kernel import compile

TIMES = np.array([0.0, 0.3, 1.0, 1.7, 3.0, 6.5, 12.0])
COUNT = 37


@pytest.fixture(scope="module")
def schedule():
    """Boluses and overlapping infusions in the two-compartment model."""
    return Schedule(
        time=[0.0, 0.5, 1.0, 1.25, 3.0, 20.0],
        kind=[BOLUS, INFUSION, INFUSION, BOLUS, INFUSION, BOLUS],
        target=[0, 0, 0, 1, 1, 0],
        amount=[10.0, 4.0, 6.0, 1.0, 2.0, 5.0],
        duration=[0.0, 1.0, 2.0, 0.0, 0.1, 0.0],
        scale=[-1, 3, -1, -1, 3, -1],
        guard=[-1, -1, 0, -1, -1, -1],
    )


@pytest.fixture(scope="module")
def patients(two_compartments):
    return two_compartments.patients(COUNT)


@pytest.fixture(scope="module")
def whole(two_compartments, patients, schedule):
    return two_compartments.kernel.integrate(*patients, schedule=schedule, times=TIMES)


def same(a, b):
    for name in ("states", "final", "given", "status", "steps", "rejected", "observables"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_order(two_compartments, patients, schedule, whole):
    order = np.random.default_rng(1).permutation(COUNT)
    shuffled = two_compartments.kernel.integrate(*(p[order] for p in patients), schedule=schedule, times=TIMES)
    back = np.argsort(order)
    np.testing.assert_array_equal(shuffled.states[back], whole.states)
    np.testing.assert_array_equal(shuffled.steps[back], whole.steps)


@pytest.mark.parametrize("size", [1, 5, 16])
def test_batch(two_compartments, patients, schedule, whole, size):
    for start in range(0, COUNT, size):
        piece = slice(start, min(start + size, COUNT))
        part = two_compartments.kernel.integrate(*(p[piece] for p in patients), schedule=schedule, times=TIMES)
        same(part, whole.part(piece))


@pytest.mark.parametrize(("workers", "chunk"), [(2, 256), (3, 4), (1, 3)])
def test_workers_and_chunks(two_compartments, patients, schedule, whole, workers, chunk):
    options = {"schedule": schedule, "times": TIMES, "workers": workers, "chunk": chunk}
    same(two_compartments.kernel.integrate(*patients, **options), whole)


def test_chunks_handed_over(two_compartments, patients, schedule, whole):
    seen, progress = [], []

    def take(piece, part):
        same(part, whole.part(piece))
        seen.append(piece)

    result = two_compartments.kernel.integrate(
        *patients,
        schedule=schedule,
        times=TIMES,
        workers=2,
        chunk=10,
        on_chunk=take,
        progress=lambda done, total: progress.append((done, total)),
    )
    assert result is None
    assert [(p.start, p.stop) for p in seen] == [(0, 10), (10, 20), (20, 30), (30, 37)]
    assert progress == [(10, 37), (20, 37), (30, 37), (37, 37)]


def test_output_times(two_compartments, patients, schedule, whole):
    """Steps and states at common times do not depend on the grid, nor on how much later the run ends."""
    dense = np.unique(np.concatenate([TIMES, np.linspace(0, 12, 200)]))
    more = two_compartments.kernel.integrate(*patients, schedule=schedule, times=dense)
    np.testing.assert_array_equal(more.states[:, np.searchsorted(dense, TIMES)], whole.states)
    np.testing.assert_array_equal(more.steps, whole.steps)
    longer = two_compartments.kernel.integrate(*patients, schedule=schedule, times=[*TIMES, 15.0, 40.0])
    np.testing.assert_array_equal(longer.states[:, : len(TIMES)], whole.states)
    none = two_compartments.kernel.integrate(*patients, schedule=schedule, until=12.0)
    np.testing.assert_array_equal(none.final, whole.states[:, -1])


@pytest.mark.parametrize("name", ["robertson", "every_operation", "two_compartments"])
def test_lanes(name, request, machines):
    """With fused multiply-add the bits are those of the host; without, the results agree to rounding."""
    system = request.getfixturevalue(name)
    parameters, initial = system.patients(11)
    host, *others = (
        compile(system.equations, machine).integrate(parameters, initial, times=[0.1, 1.0, 5.0]) for machine in machines
    )
    for machine, other in zip(machines[1:], others, strict=True):
        if machine.fused == machines[0].fused:
            same(other, host)
        else:
            np.testing.assert_allclose(other.states, host.states, rtol=1e-5, atol=1e-9)


def test_repeated_observation(every_operation):
    """Observables of rows (n, X), of courses (n, T, X) and of single rows are the same bits."""
    result = every_operation.integrate(13, times=np.linspace(0, 3, 21))
    kernel = every_operation.kernel
    for k in (0, 7, 20):
        np.testing.assert_array_equal(kernel.observe(result.parameters, result.states[:, k]), result.observables[:, k])
    np.testing.assert_array_equal(kernel.observe(result.parameters[4:5], result.states[4:5]), result.observables[4:5])


def test_observables_agree_with_numpy(every_operation):
    from melanokine.network import evaluate

    result = every_operation.integrate(5, times=[0.0, 1.0, 2.0])
    equations = every_operation.equations
    parameters = result.parameters[:, None, :]
    expected = evaluate(equations.graph, list(equations.observables.values()), result.states, parameters)
    np.testing.assert_allclose(result.observables, np.stack(expected, axis=-1), rtol=1e-13)
    np.testing.assert_array_equal(result.observable("power"), result.observables[..., 1])
    np.testing.assert_array_equal(result.state("x2"), result.states[..., 2])
