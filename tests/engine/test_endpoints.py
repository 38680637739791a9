"""Endpoints against closed forms, dense references and the outputs of the same run."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from melanokine.engine import (
    BOLUS,
    INFUSION,
    OK,
    WORK_LIMIT,
    Area,
    FirstTime,
    Maximum,
    Minimum,
    Schedule,
    TimeOfMaximum,
    TimeOfMinimum,
    Value,
    compile,
)
from melanokine.engine.driver.watch import compile_watch
from melanokine.errors import EngineError
from melanokine.network import evaluate

UNTIL = 12.0


@pytest.fixture(scope="module")
def oscillator(build):
    """x'' = -2 c x' - w^2 x from x = 0, x' = 1: x = e^(-c t) sin(v t) / v with v^2 = w^2 - c^2."""

    def rhs(g, s):
        force = g.add(g.mul(g.mul(g.const(2.0), s.damping), s.speed), g.mul(s.stiffness, s.place))
        return s.speed, g.neg(force)

    def observables(g, s):
        product = g.mul(s.stiffness, s.damping)
        sum_of_constants = g.add(g.add(s.stiffness, product), g.mul(s.damping, s.damping))
        potential, kinetic = g.mul(s.stiffness, g.mul(s.place, s.place)), g.mul(s.speed, s.speed)
        return {
            "energy": g.add(potential, kinetic),
            "lagrangian": g.sub(kinetic, potential),
            "moment": g.add(s.place, g.mul(s.place, s.speed)),
            "scaled": g.mul(s.speed, product),
            "shifted": g.mul(s.place, sum_of_constants),
            "root": g.sqrt(g.sub(g.const(0.3), s.place)),
        }

    return build(
        {"place": 0.0, "speed": 1.0},
        {"damping": 0.1, "stiffness": 1.7},
        rhs,
        observables=observables,
    )


@pytest.fixture(scope="module")
def schedule():
    """Boluses and infusions in the two-compartment model, one of them guarded."""
    return Schedule(
        time=[0.0, 0.5, 1.0, 3.0, 5.0],
        kind=[BOLUS, INFUSION, INFUSION, BOLUS, BOLUS],
        target=[0, 0, 0, 0, 0],
        amount=[10.0, 4.0, 6.0, 8.0, 9.0],
        duration=[0.0, 1.0, 2.0, 0.0, 0.0],
        scale=[-1, -1, -1, -1, -1],
        guard=[-1, -1, 0, -1, -1],
    )


ALL = {
    "value": Value("centre", at=2.5),
    "start": Value("centre", at=0.0),
    "trough": Value("centre_per_weight", at=3.0),
    "end": Value("periphery", at=UNTIL),
    "area": Area("centre_per_weight"),
    "early": Area("periphery", start=0.3, stop=4.4),
    "peak": Maximum("periphery", start=1.2),
    "when": TimeOfMaximum("periphery", start=1.2),
    "low": Minimum("centre", start=0.7, stop=2.9),
    "lowest": TimeOfMinimum("centre", start=0.7, stop=2.9),
    "rise": FirstTime("periphery", above=3.0),
    "fall": FirstTime("centre", below=2.0, start=1.3),
    "never": FirstTime("centre", above=1e6),
}


# what the values are


def test_closed_form(oscillator):
    options = {
        "value": Value("place", at=7.0),
        "peak": Maximum("place"),
        "when": TimeOfMaximum("place"),
        "trough": Minimum("place"),
        "lowest": TimeOfMinimum("place"),
        "area": Area("place", stop=9.0),
        "rise": FirstTime("place", above=0.5),
        "return": FirstTime("place", below=0.0, start=0.1),
    }
    result = oscillator.integrate(9, 0.1, until=20.0, endpoints=options, rtol=1e-10)
    c, w2 = result.parameters.T
    v = np.sqrt(w2 - c**2)

    def place(t):
        return np.exp(-c * t) * np.sin(v * t) / v

    def integral(t):
        """From 0 to t."""
        return (v - np.exp(-c * t) * (c * np.sin(v * t) + v * np.cos(v * t))) / (v * w2)

    top = np.arctan2(v, c) / v
    close = {"rtol": 1e-8, "atol": 1e-9}
    np.testing.assert_allclose(result.endpoint("value"), place(7.0), **close)
    np.testing.assert_allclose(result.endpoint("peak"), place(top), **close)
    np.testing.assert_allclose(result.endpoint("when"), top, rtol=1e-6)
    np.testing.assert_allclose(result.endpoint("trough"), place(top + np.pi / v), **close)
    np.testing.assert_allclose(result.endpoint("lowest"), top + np.pi / v, rtol=1e-6)
    np.testing.assert_allclose(result.endpoint("area"), integral(9.0), **close)
    np.testing.assert_allclose(place(result.endpoint("rise")), 0.5, **close)
    assert (result.endpoint("rise") < top).all()
    np.testing.assert_allclose(result.endpoint("return"), np.pi / v, **close)


def test_states_are_exact_on_the_dense_output(oscillator):
    """However long the steps: extremes, areas and crossings of a state are those of its outputs."""
    times = np.linspace(0.0, UNTIL, 120_001)
    dense = oscillator.integrate(5, 0.1, times=times, rtol=1e-3)
    options = {"peak": Maximum("place"), "when": TimeOfMaximum("place"), "area": Area("place"), "low": Minimum("place")}
    result = oscillator.integrate(5, 0.1, until=UNTIL, rtol=1e-3, endpoints=options)
    assert result.steps.max() < 60
    place = dense.states[..., 0]
    assert (result.endpoint("peak") >= place.max(axis=1)).all()
    np.testing.assert_allclose(result.endpoint("peak"), place.max(axis=1), rtol=1e-8)
    np.testing.assert_allclose(result.endpoint("low"), place.min(axis=1), rtol=1e-8)
    np.testing.assert_allclose(result.endpoint("when"), times[place.argmax(axis=1)], atol=1e-4)
    np.testing.assert_allclose(result.endpoint("area"), np.trapezoid(place, times), atol=1e-8)
    for patient in range(5):
        level = (1 - 1e-6) * place[patient].max()
        crossing = {
            "above": FirstTime("place", above=level),
            "never": FirstTime("place", above=place.max() * (1 + 1e-6)),
        }
        parameters, initial = dense.parameters[patient : patient + 1], oscillator.initial[None]
        first = oscillator.kernel.integrate(parameters, initial, until=UNTIL, rtol=1e-3, endpoints=crossing)
        at = first.endpoint("above")
        there = oscillator.kernel.integrate(parameters, initial, times=[*at, UNTIL], rtol=1e-3)
        np.testing.assert_allclose(there.states[0, 0, 0], level, rtol=1e-13)
        assert at[0] <= result.endpoint("when")[patient]
        assert np.isnan(first.endpoint("never")[0])


def test_dense_reference(every_operation):
    """Nonlinear quantities against LSODA, integrated and maximised on its dense solution."""
    start, stop, names = 0.2, 1.1, ("sum", "power", "x5")
    kinds = {"area": Area, "high": Maximum, "low": Minimum}
    options = {f"{name} {key}": kind(name, start=start, stop=stop) for name in names for key, kind in kinds.items()}
    result = every_operation.integrate(until=stop, endpoints=options, rtol=1e-9)
    equations, parameters, none = every_operation.equations, result.parameters[0], np.empty(0)
    solution = solve_ivp(
        lambda t, y: equations.derivative(y, parameters, none),
        (0.0, stop),
        every_operation.initial,
        method="LSODA",
        jac=lambda t, y: equations.dense_jacobian(y, parameters, none),
        rtol=1e-10,
        atol=1e-12,
        dense_output=True,
    )
    edges = np.unique([start, *solution.t[solution.t > start]])
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = np.diff(edges)[:, None] / 2
    inner = edges[:-1, None] + half * (1 + nodes)
    observables = dict(equations.observables)

    def course(name, times):
        states = solution.sol(times.ravel()).T
        if name in observables:
            return evaluate(equations.graph, [observables[name]], states, parameters)[0].reshape(times.shape)
        return states[:, equations.state_index(name)].reshape(times.shape)

    for name in names:
        area = (course(name, inner) * half * weights).sum()
        grid = course(name, np.linspace(start, stop, 5001))
        for key, expected in (("area", area), ("high", grid.max()), ("low", grid.min())):
            np.testing.assert_allclose(result.endpoint(f"{name} {key}"), expected, rtol=1e-7)


def test_values_are_the_bits_of_outputs(two_compartments, schedule):
    days = [0.0, 0.4, 0.5, 1.0, 2.2, 3.0, 4.999, 5.0, UNTIL]
    names = ["centre", "periphery", "centre_per_weight"]
    options = {f"{name} {day}": Value(name, at=day) for name in names for day in days}
    result = two_compartments.integrate(11, schedule=schedule, until=UNTIL, endpoints=options)
    outputs = two_compartments.integrate(11, schedule=schedule, times=days)
    expected = [*np.moveaxis(outputs.states, -1, 0), outputs.observable("centre_per_weight")]
    np.testing.assert_array_equal(result.endpoints, np.concatenate(expected, axis=1))
    assert result.endpoint_names == tuple(options)


@pytest.mark.parametrize(
    ("name", "quantity"),
    [("every_operation", "power"), *(("oscillator", q) for q in ("lagrangian", "moment", "shifted"))],
)
def test_values_of_nonlinear_observables_are_the_bits_of_outputs(name, quantity, request):
    """Whatever else is watched, even another quantity with which this one shares a product."""
    system, days = request.getfixturevalue(name), np.linspace(0.0, 3.0, 14)
    options = {f"{day}": Value(quantity, at=day) for day in days}
    outputs = system.integrate(150, times=days).observable(quantity)
    np.testing.assert_array_equal(system.integrate(150, until=3.0, endpoints=options).endpoints, outputs)
    others = {other: Value(other, at=1.0) for other in system.equations.observables}
    together = system.integrate(150, until=3.0, endpoints=options | others)
    np.testing.assert_array_equal(together.endpoints[:, : len(days)], outputs)


# windows and doses


def test_areas_of_adjoining_windows_add_up(two_compartments, schedule):
    edges = [0.0, 0.5, 0.77, 3.0, 4.1, 5.0, 11.3, UNTIL]
    options = {f"{a}": Area("centre", start=a, stop=b) for a, b in pairwise(edges)}
    options["whole"] = Area("centre")
    result = two_compartments.integrate(8, schedule=schedule, until=UNTIL, endpoints=options)
    np.testing.assert_allclose(result.endpoints[:, :-1].sum(axis=1), result.endpoint("whole"), rtol=1e-12)


def test_area_is_dose_over_clearance(two_compartments, schedule):
    """Amount given = k10 times the area of the centre, once all is gone."""
    result = two_compartments.integrate(6, 0.1, schedule=schedule, until=300.0, endpoints={"area": Area("centre")})
    given = result.given @ schedule.amount
    np.testing.assert_allclose(result.endpoint("area") * result.parameters[:, 0], given, rtol=1e-4)


def test_bolus_at_the_edges_of_windows(two_compartments):
    """A window begins after the doses of its first instant and ends before those of its last."""
    schedule = Schedule(time=[0.0, 3.0], kind=[BOLUS, BOLUS], target=[0, 0], amount=[10.0, 50.0])
    options = {
        "before": Maximum("centre", start=1.0, stop=3.0),
        "before when": TimeOfMaximum("centre", start=1.0, stop=3.0),
        "after": Maximum("centre", start=3.0, stop=4.0),
        "after when": TimeOfMaximum("centre", start=3.0, stop=4.0),
        "low": Minimum("centre", start=3.0, stop=4.0),
        "low when": TimeOfMinimum("centre", start=3.0, stop=4.0),
        "trough": Minimum("centre", start=1.0, stop=4.0),
        "trough when": TimeOfMinimum("centre", start=1.0, stop=4.0),
        "jump": FirstTime("centre", above=20.0),
        "too early": FirstTime("centre", above=20.0, stop=3.0),
        "at once": FirstTime("centre", above=5.0),
        "again": FirstTime("centre", above=5.0, start=2.0, stop=9.0),
        "drop": FirstTime("centre", below=20.0, start=3.0),
        "at day 3": Value("centre", at=3.0),
        "at day 0": Value("centre", at=0.0),
    }
    result = two_compartments.integrate(5, 0.05, schedule=schedule, until=10.0, endpoints=options)
    outputs = two_compartments.integrate(5, 0.05, schedule=schedule, times=[1.0, 3.0, 4.0])
    day1, day3, day4 = outputs.states[:, :, 0].T
    get = result.endpoint
    np.testing.assert_array_equal(get("before"), day1)
    np.testing.assert_array_equal(get("before when"), 1.0)
    np.testing.assert_array_equal(get("after"), day3 + 50.0)
    np.testing.assert_array_equal(get("after when"), 3.0)
    np.testing.assert_array_equal(get("low"), day4)
    np.testing.assert_array_equal(get("low when"), 4.0)
    np.testing.assert_array_equal(get("trough"), day3)
    np.testing.assert_array_equal(get("trough when"), 3.0)
    np.testing.assert_array_equal(get("jump"), 3.0)
    assert np.isnan(get("too early")).all()
    np.testing.assert_array_equal(get("at once"), 0.0)
    np.testing.assert_array_equal(get("again"), 3.0)
    assert ((get("drop") > 3.0) & (get("drop") < 4.0)).all()
    np.testing.assert_array_equal(get("at day 3"), day3)
    np.testing.assert_array_equal(get("at day 0"), 0.0)


def test_window_that_begins_beyond_the_level(two_compartments):
    """The first time is then the very day on which the window begins."""
    schedule = Schedule(time=[0.0], kind=[BOLUS], target=[0], amount=[10.0])
    starts = np.exp(np.random.default_rng(3).uniform(np.log(1e-5), np.log(5.0), 300))
    options = {f"{start}": FirstTime("centre", above=1e-9, start=start) for start in starts}
    result = two_compartments.integrate(5, schedule=schedule, until=6.0, endpoints=options)
    np.testing.assert_array_equal(result.endpoints, np.tile(starts, (5, 1)))


def test_quantity_that_is_no_number(oscillator):
    """The root of 0.3 - x is undefined while x > 0.3: nothing is said of a window with such a time in it."""
    kinds = {"area": Area, "high": Maximum, "low": Minimum, "when": TimeOfMaximum}
    options = {f"{name} {stop}": kind("root", stop=stop) for name, kind in kinds.items() for stop in (0.2, 8.0)}
    result = oscillator.integrate(until=8.0, endpoints=options)
    assert result.status[0] == OK
    for name in kinds:
        assert np.isfinite(result.endpoint(f"{name} 0.2")).all()
        assert np.isnan(result.endpoint(f"{name} 8.0")).all()


# what they do not depend on


def test_nothing_changes_the_steps(two_compartments, schedule):
    plain = two_compartments.integrate(13, schedule=schedule, times=[1.0, UNTIL])
    result = two_compartments.integrate(13, schedule=schedule, times=[1.0, UNTIL], endpoints=ALL)
    for name in ("states", "final", "given", "status", "steps", "rejected"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(result, name))
    without = two_compartments.integrate(13, schedule=schedule, until=UNTIL, endpoints=ALL)
    np.testing.assert_array_equal(without.endpoints, result.endpoints)
    assert without.states.shape == (13, 0, 2)
    assert np.isnan(result.endpoint("never")).all()
    others = [name for name in ALL if name != "never"]
    assert all(np.isfinite(result.endpoint(name)).any() for name in others)


def test_one_endpoint_does_not_depend_on_others(two_compartments, schedule):
    together = two_compartments.integrate(9, schedule=schedule, until=UNTIL, endpoints=ALL)
    for name, endpoint in ALL.items():
        alone = two_compartments.integrate(9, schedule=schedule, until=UNTIL, endpoints={"one": endpoint})
        np.testing.assert_array_equal(alone.endpoint("one"), together.endpoint(name), err_msg=name)


def test_observables_do_not_depend_on_others(every_operation):
    options = {"power": Area("power"), "peak": Maximum("power"), "sum": Area("sum"), "x3": TimeOfMaximum("x3")}
    together = every_operation.integrate(9, until=3.0, endpoints=options)
    for name, endpoint in options.items():
        alone = every_operation.integrate(9, until=3.0, endpoints={name: endpoint})
        np.testing.assert_array_equal(alone.endpoint(name), together.endpoint(name), err_msg=name)


def test_order_batch_and_threads(two_compartments, schedule):
    patients = two_compartments.patients(37)
    options = {"schedule": schedule, "until": UNTIL, "endpoints": ALL}
    whole = two_compartments.kernel.integrate(*patients, **options).endpoints
    order = np.random.default_rng(2).permutation(37)
    shuffled = two_compartments.kernel.integrate(*(p[order] for p in patients), **options).endpoints
    np.testing.assert_array_equal(shuffled, whole[order])
    for size in (1, 5):
        for start in range(0, 37, size):
            part = two_compartments.kernel.integrate(*(p[start : start + size] for p in patients), **options)
            np.testing.assert_array_equal(part.endpoints, whole[start : start + size])
    threads = two_compartments.kernel.integrate(*patients, **options, workers=3, chunk=4).endpoints
    np.testing.assert_array_equal(threads, whole)


def test_lanes(two_compartments, every_operation, schedule, machines):
    """With fused multiply-add the bits are those of the host; without, the results agree to rounding."""
    nonlinear = {"peak": Maximum("power"), "area": Area("power"), "first": FirstTime("power", above=0.5)}
    cases = [(two_compartments, {"schedule": schedule}, UNTIL, ALL), (every_operation, {}, 3.0, nonlinear)]
    for system, more, until, endpoints in cases:
        patients = system.patients(11)
        host, *others = (
            compile(system.equations, machine).integrate(*patients, until=until, endpoints=endpoints, **more).endpoints
            for machine in machines
        )
        for machine, other in zip(machines[1:], others, strict=True):
            if machine.fused == machines[0].fused:
                np.testing.assert_array_equal(other, host)
            else:
                np.testing.assert_allclose(other, host, rtol=1e-4)


# patients who end early


def test_failed_patients_have_no_endpoints(two_compartments, schedule):
    parameters, initial = two_compartments.patients(9)
    parameters[4, 0] = np.nan
    options = {"schedule": schedule, "until": UNTIL, "endpoints": ALL}
    result = two_compartments.kernel.integrate(parameters, initial, **options)
    fine = two_compartments.integrate(9, **options)
    others = np.arange(9) != 4
    assert result.failed.tolist() == [k == 4 for k in range(9)]
    assert np.isnan(result.endpoints[4]).all()
    np.testing.assert_array_equal(result.endpoints[others], fine.endpoints[others])
    limited = two_compartments.integrate(9, **options, work_limit=10)
    assert (limited.status == WORK_LIMIT).all()
    assert np.isnan(limited.endpoints).all()


def test_stop_at_trigger(logistic):
    options = {
        "first": FirstTime("size", above=5.0),
        "peak": Maximum("size"),
        "when": TimeOfMaximum("size"),
        "area": Area("size"),
        "later": Area("size", start=50.0),
        "early": Value("size", at=20.0),
        "late": Value("size", at=60.0),
    }
    parameters, initial = logistic.patients(64, 0.1)
    parameters[:, 2] = 5.0
    result = logistic.kernel.integrate(parameters, initial, until=100.0, stop_at_trigger=True, endpoints=options)
    free = logistic.kernel.integrate(parameters, initial, until=100.0, endpoints=options)
    get = result.endpoint
    assert (result.stop_time < 50.0).all()
    np.testing.assert_allclose(get("first"), result.stop_time, rtol=1e-15)
    np.testing.assert_array_equal(get("peak"), result.final[:, 0])
    np.testing.assert_array_equal(get("when"), result.stop_time)
    np.testing.assert_array_equal(get("early"), free.endpoint("early"))
    assert np.isnan(get("late")).all()
    assert np.isnan(get("later")).all()
    for patient in range(9):
        until = result.stop_time[patient]
        piece = {"area": Area("size", stop=until)}
        cut = logistic.kernel.integrate(parameters[[patient]], initial[[patient]], until=100.0, endpoints=piece)
        np.testing.assert_allclose(get("area")[patient], cut.endpoint("area")[0], rtol=1e-12)


def test_trigger_that_never_comes(logistic):
    options = {"peak": Maximum("size"), "first": FirstTime("size", above=5.0)}
    result = logistic.integrate(3, 0.0, stop_at_trigger=True, until=10.0, endpoints=options)
    np.testing.assert_array_equal(result.endpoint("peak"), result.final[:, 0])
    assert np.isnan(result.endpoint("first")).all()


def test_stopped_at_the_start(logistic):
    parameters, initial = logistic.patients(2, 0.0)
    options = {"peak": Maximum("size"), "start": Value("size", at=0.0), "later": Value("size", at=1.0)}
    options |= {"area": Area("size"), "first": FirstTime("size", above=1.0)}
    result = logistic.kernel.integrate(parameters, initial + 7.0, stop_at_trigger=True, until=9.0, endpoints=options)
    assert (result.status == OK).all()
    np.testing.assert_array_equal(result.endpoint("start"), initial[:, 0] + 7.0)
    for name in ("peak", "later", "area", "first"):
        assert np.isnan(result.endpoint(name)).all()


# how they are asked for and handed over


def test_chunks_handed_over(two_compartments, schedule):
    whole = two_compartments.integrate(37, schedule=schedule, until=UNTIL, endpoints=ALL)
    seen = []

    def take(piece, part):
        np.testing.assert_array_equal(part.endpoints, whole.endpoints[piece])
        np.testing.assert_array_equal(part.endpoint("peak"), whole.endpoint("peak")[piece])
        seen.append(len(part.endpoints))

    options = {"schedule": schedule, "until": UNTIL, "endpoints": ALL}
    assert two_compartments.integrate(37, **options, workers=2, chunk=10, on_chunk=take) is None
    assert seen == [10, 10, 10, 7]


def test_observed_quantities_instead_of_states(two_compartments, schedule):
    days = [0.0, 0.5, 1.0, 3.3, UNTIL]
    names = ("periphery", "centre_per_weight")
    full = two_compartments.integrate(37, schedule=schedule, times=days)
    options = {"schedule": schedule, "times": days, "observe": names, "endpoints": ALL}
    result = two_compartments.integrate(37, **options, workers=2, chunk=10)
    assert result.states.shape == (37, 0, 2)
    assert result.values.shape == (37, 5, 2)
    np.testing.assert_array_equal(result.value("periphery"), full.state("periphery"))
    np.testing.assert_array_equal(result.value("centre_per_weight"), full.observable("centre_per_weight"))
    np.testing.assert_array_equal(result.final, full.final)
    parts = []
    two_compartments.integrate(37, **options, on_chunk=lambda piece, part: parts.append(part.values))
    np.testing.assert_array_equal(np.concatenate(parts), result.values)
    for read in (lambda: result.observables, lambda: result.state("centre"), lambda: result.value("centre")):
        with pytest.raises(EngineError, match="observe"):
            read()


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (Maximum("center"), "no observable or state 'center'; did you mean 'centre'"),
        (Value("centre", at=13.0), "until day 13; the run ends at day 12"),
        (Value("centre", at=-1.0), "window from day -1"),
        (Value("centre", at=np.nan), "window from day nan"),
        (Area("centre", stop=13.0), "until day 13; the run ends at day 12"),
        (Area("centre", start=12.0), "until day 12; the run ends at day 12"),
        (Area("centre", start=3.0, stop=3.0), "window from day 3 to day 3"),
        (Maximum("centre", start=3.0, stop=2.0), "window from day 3 to day 2"),
        (FirstTime("centre"), "no level"),
        (FirstTime("centre", above=1.0, below=2.0), "no level"),
        (FirstTime("centre", above=np.nan), "no level"),
        ("centre", "endpoint 'mine' is 'centre'; give a Value"),
    ],
)
def test_refused(two_compartments, endpoint, message):
    with pytest.raises(EngineError, match=message):
        two_compartments.integrate(until=UNTIL, endpoints={"mine": endpoint})


def test_not_on_a_gpu(two_compartments):
    with pytest.raises(EngineError, match="a GPU reduces no endpoints"):
        two_compartments.integrate(until=UNTIL, endpoints=ALL, device="gpu")


def test_unknown_names(two_compartments):
    result = two_compartments.integrate(until=UNTIL, endpoints={"peak": Maximum("centre")})
    with pytest.raises(EngineError, match="no endpoint 'peek'; did you mean 'peak'"):
        result.endpoint("peek")
    with pytest.raises(EngineError, match="no observable or state 'peripheral'"):
        two_compartments.integrate(times=[1.0], observe=["peripheral"])


def test_watching_code_is_cached(two_compartments, monkeypatch):
    kernel = two_compartments.kernel
    watch = kernel.watch(("centre", "centre_per_weight"))
    assert kernel.watch(("centre", "centre_per_weight")) is watch

    def refuse(*_):
        raise AssertionError("compiled again")

    monkeypatch.setattr("melanokine.engine.driver.watch.assemble", refuse)
    stored = compile_watch(two_compartments.equations, ("centre", "centre_per_weight"), kernel.machine)
    assert (stored.quantities, stored.constants, stored.curves) == (watch.quantities, watch.constants, watch.curves)
