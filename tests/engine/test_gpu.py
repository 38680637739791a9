"""Patients on a GPU, whose driver is emulated: the bits of the processor, in any piece, and errors that help."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from melanokine.engine import BOLUS, INFUSION, NOT_FINITE, OK, WORK_LIMIT, Schedule, cuda
from melanokine.engine.code.machine import host
from melanokine.engine.cuda import Device, Memory
from melanokine.engine.gpu import Grid
from melanokine.engine.integration import Integration
from melanokine.engine.kernel import Kernel
from melanokine.engine.run import WORK_LIMIT as MANY
from melanokine.engine.run import Run
from melanokine.errors import EngineError

from .emulated_driver import EmulatedDriver

RESULTS = ("states", "final", "given", "status", "steps", "rejected", "stop_time", "events", "event_times")
TIMES = [0.0, 0.3, 1.0, 1.7, 3.0, 6.5, 12.0]
DOSES = Schedule(
    time=[0.0, 0.5, 1.0, 1.25, 3.0, 9.0],
    kind=[BOLUS, INFUSION, INFUSION, BOLUS, INFUSION, BOLUS],
    target=[0, 0, 0, 1, 1, 0],
    amount=[10.0, 4.0, 6.0, 1.0, 2.0, 5.0],
    duration=[0.0, 1.0, 2.0, 0.0, 0.1, 0.0],
    scale=[-1, 3, -1, -1, 3, -1],
    guard=[-1, -1, 0, 1, -1, 0],
)
SYSTEMS = {
    "robertson": {},
    "two_compartments": {"schedule": DOSES},
    "logistic": {"stop_at_trigger": True, "until": 40.0},
    "every_operation": {"rtol": 1e-7},
    "halving": {},
    "ball": {},
}


@pytest.fixture
def emulate(monkeypatch):
    """Make the driver an emulated one and return it."""

    def install(equations, **options):
        driver = EmulatedDriver(equations, **options)
        monkeypatch.setitem(sys.modules, "cuda.bindings.driver", driver)
        return driver

    return install


def on_grid(system, patients, threads, **options):
    """What a grid makes of patients."""
    kernel = system.kernel
    settings = {"schedule": None, "times": (), "rtol": 1e-5, "max_step": 30.0, "stop_at_trigger": False, "until": None}
    run = Run.prepare(kernel, **{**settings, "work_limit": MANY, **options})
    result = Integration.blank(run, patients[0])
    run.chunk(*patients, result, simulate=Grid(system.equations, Device(), threads).simulate)
    return result


def same(found, expected):
    for name in RESULTS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@pytest.mark.parametrize(("threads", "together"), [(32, False), (2, True)], ids=["in_turn", "together"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_bits_of_the_processor(name, threads, together, request, emulate):
    system, options = request.getfixturevalue(name), {"times": TIMES, **SYSTEMS[name]}
    driver = emulate(system.equations, together=together)
    patients = system.patients(157)
    found = on_grid(system, patients, threads, **options)
    same(found, system.kernel.integrate(*patients, **options))
    assert driver.launches == [(min(6, -(-157 // threads)), threads)]
    assert not driver.held


def test_doses_that_come_later_in_some(two_compartments, emulate):
    doses = replace(DOSES, lag=np.full(len(DOSES), two_compartments.equations.parameters.index("k21")))
    patients, options = two_compartments.patients(41), {"times": TIMES, "schedule": doses}
    emulate(two_compartments.equations)
    same(on_grid(two_compartments, patients, 8, **options), two_compartments.kernel.integrate(*patients, **options))


def test_a_run_goes_on_from_a_checkpoint(two_compartments, ball, emulate, monkeypatch):
    monkeypatch.setattr("melanokine.engine.kernel.first_device", Device)
    for system, options in ((two_compartments, {"schedule": DOSES}), (ball, {})):
        emulate(system.equations)
        patients = system.patients(23)
        kernel = Kernel(system.equations, host())
        half = kernel.integrate(*patients, times=TIMES[:4], keep_checkpoint=True, device="gpu", **options)
        rest = kernel.integrate(patients[0], resume=half, times=TIMES[5:], device="gpu", **options)
        whole = kernel.integrate(*patients, times=TIMES, **options)
        np.testing.assert_array_equal(
            np.concatenate([half.states, rest.states], axis=1), whole.states[:, [0, 1, 2, 3, 5, 6]]
        )
        np.testing.assert_array_equal(rest.events, whole.events)


def test_failures_stay_with_their_patients(two_compartments, robertson, emulate):
    parameters, initial = two_compartments.patients(41)
    parameters[3, 0], initial[17, 1] = np.nan, np.inf
    emulate(two_compartments.equations)
    found = on_grid(two_compartments, (parameters, initial), 8, times=TIMES, schedule=DOSES)
    same(found, two_compartments.kernel.integrate(parameters, initial, times=TIMES, schedule=DOSES))
    assert np.flatnonzero(found.status == NOT_FINITE).tolist() == [3, 17]
    assert (np.delete(found.status, [3, 17]) == OK).all()

    emulate(robertson.equations)
    patients = robertson.patients(9)
    stopped = on_grid(robertson, patients, 4, times=TIMES, work_limit=10)
    same(stopped, robertson.kernel.integrate(*patients, times=TIMES, work_limit=10))
    assert (stopped.status == WORK_LIMIT).all()


@pytest.fixture
def kernel(two_compartments, monkeypatch):
    """A kernel that has not seen a device yet; each test opens its own."""
    monkeypatch.setattr("melanokine.engine.kernel.first_device", Device)
    return Kernel(two_compartments.equations, host())


def test_device_gpu(kernel, two_compartments, emulate):
    driver = emulate(two_compartments.equations)
    patients = two_compartments.patients(23)
    options = {"times": TIMES, "schedule": DOSES}
    found, expected = (kernel.integrate(*patients, device=device, **options) for device in ("gpu", "cpu"))
    same(found, expected)
    np.testing.assert_array_equal(found.observables, expected.observables)
    assert len(driver.launches) == 1
    assert kernel.integrate(*(p[:0] for p in patients), device="gpu", **options).states.shape == (0, 7, 2)


def test_pieces_are_handed_over_in_order(kernel, two_compartments, emulate):
    driver = emulate(two_compartments.equations)
    patients = two_compartments.patients(23)
    expected = kernel.integrate(*patients, times=TIMES)
    seen, progress = [], []

    def take(piece, part):
        same(part, expected.part(piece))
        seen.append((piece.start, piece.stop))

    options = {"on_chunk": take, "progress": lambda done, total: progress.append((done, total))}
    assert kernel.integrate(*patients, times=TIMES, device="gpu", chunk=10, **options) is None
    assert seen == [(0, 10), (10, 20), (20, 23)]
    assert progress == [(10, 23), (20, 23), (23, 23)]
    assert len(driver.launches) == 3


def test_pieces_fit_the_memory(kernel, two_compartments, emulate):
    driver = emulate(two_compartments.equations, memory=400_000, processors=1)
    patients = two_compartments.patients(900)
    times = np.linspace(0.0, 12.0, 50)
    same(kernel.integrate(*patients, times=times, device="gpu"), kernel.integrate(*patients, times=times))
    assert len(driver.launches) > 1
    assert not driver.held


def test_no_memory(kernel, two_compartments, emulate):
    patients = two_compartments.patients(50)
    driver = emulate(two_compartments.equations, memory=1000)
    with pytest.raises(EngineError, match="not one patient fits into 0 MiB of the GPU; ask for fewer times"):
        kernel.integrate(*patients, times=TIMES, device="gpu")
    driver.memory = 100_000
    with pytest.raises(EngineError, match="cuMemAlloc failed on the GPU: out of memory; hand over fewer patients"):
        kernel.integrate(*patients, times=np.linspace(0, 1, 1000), chunk=50, device="gpu")
    assert not driver.held


def test_arguments_that_do_not_fit(kernel, two_compartments):
    patients = two_compartments.patients(2)
    with pytest.raises(EngineError, match="there is no device 'gpus'; did you mean 'gpu'"):
        kernel.integrate(*patients, times=[1.0], device="gpus")
    with pytest.raises(EngineError, match="2 workers for a GPU"):
        kernel.integrate(*patients, times=[1.0], device="gpu", workers=2)


def test_no_library(kernel, two_compartments, monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings.driver", None)
    with pytest.raises(EngineError, match=r"package cuda-bindings; install it with the extra melanokine\[gpu\]"):
        kernel.integrate(*two_compartments.patients(2), times=[1.0], device="gpu")


def test_no_driver(kernel, two_compartments, monkeypatch):
    def fail(flags):
        raise RuntimeError("libcuda was not found")

    monkeypatch.setitem(sys.modules, "cuda.bindings.driver", SimpleNamespace(cuInit=fail))
    with pytest.raises(EngineError, match=r"no NVIDIA driver on this machine; .*device='cpu'"):
        kernel.integrate(*two_compartments.patients(2), times=[1.0], device="gpu")


def test_no_device(kernel, two_compartments, emulate):
    emulate(two_compartments.equations, devices=0)
    with pytest.raises(EngineError, match="finds no device; integrate with device='cpu'"):
        kernel.integrate(*two_compartments.patients(2), times=[1.0], device="gpu")


def test_what_is_compiled_suits_the_device(two_compartments, emulate):
    driver = emulate(two_compartments.equations)
    assert Device().machine(64).cpu == "sm_80"
    driver.attributes |= {"major": 7, "minor": 5}
    assert Device().machine(64).cpu == "sm_75"
    assert Device().name == "emulated"


def test_memory_is_freed_after_an_error(two_compartments, emulate):
    driver = emulate(two_compartments.equations)

    def fail():
        with Memory(Device()) as memory:
            memory.download(memory.upload(np.arange(5.0)), back)
            raise ZeroDivisionError

    back = np.empty(5)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert back.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert not driver.held


def test_the_real_bindings_have_what_is_emulated():
    real = pytest.importorskip("cuda.bindings.driver", reason="cuda-bindings (the extra gpu) is not installed")
    functions = {name for name in vars(EmulatedDriver) if name.startswith("cu")}
    assert functions <= set(dir(real))
    assert all(hasattr(real.CUdevice_attribute, name) for name in vars(EmulatedDriver.CUdevice_attribute))
    assert int(real.CUresult.CUDA_SUCCESS) == 0
    assert int(real.CUresult.CUDA_ERROR_OUT_OF_MEMORY) == cuda.OUT_OF_MEMORY


@pytest.mark.parametrize("name", SYSTEMS)
def test_real_device(name, request):
    """Where there is a device its results agree with the processor's to 1e-9, and usually to the last bit."""
    system, options = request.getfixturevalue(name), {"times": TIMES, **SYSTEMS[name]}
    try:
        cuda.first_device()
    except EngineError as error:
        pytest.skip(f"nothing ran on a GPU: {error}")
    patients = system.patients(500)
    found, expected = (system.kernel.integrate(*patients, device=device, **options) for device in ("gpu", "cpu"))
    for result in ("states", "final", "stop_time"):
        np.testing.assert_allclose(getattr(found, result), getattr(expected, result), rtol=1e-9, atol=1e-300)
    for result in ("given", "status"):
        np.testing.assert_array_equal(getattr(found, result), getattr(expected, result))
