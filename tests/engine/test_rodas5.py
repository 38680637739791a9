"""The tableau by itself, in plain NumPy on an equation with a known solution."""

import numpy as np
import pytest

from melanokine.engine import rodas5


def rates(y):
    """y' = y (1 - y) cos t, with t as a second state."""
    return np.array([y[0] * (1 - y[0]) * np.cos(y[1]), 1.0])


def jacobian(y):
    return np.array([[(1 - 2 * y[0]) * np.cos(y[1]), -y[0] * (1 - y[0]) * np.sin(y[1])], [0.0, 0.0]])


def solution(t):
    return 1 / (1 + 3 * np.exp(-np.sin(t)))


def step(y, h):
    """State after the step, the last two stages, and the dense output."""
    matrix = np.eye(2) / (rodas5.GAMMA * h) - jacobian(y)
    stages = []
    for i in range(rodas5.STAGES):
        argument = y + sum((a * k for a, k in zip(rodas5.A[i], stages, strict=True)), np.zeros(2))
        offset = sum((c * k for c, k in zip(rodas5.C[i], stages, strict=True)), np.zeros(2)) / h
        stages.append(np.linalg.solve(matrix, rates(argument) + offset))
    after = argument + stages[-1]
    d = [sum(weight * k for weight, k in zip(row, stages, strict=True)) for row in rodas5.DENSE]

    def dense(t):
        return (1 - t) * y + t * (after + (1 - t) * (d[0] + t * (d[1] + t * d[2])))

    return after, stages[-2:], dense


def errors(count):
    """Global error of the steps and of the dense output, over two days in `count` steps."""
    y, h, between = np.array([0.25, 0.0]), 2 / count, 0.0
    for k in range(count):
        after, _, dense = step(y, h)
        for t in (0.2, 0.5, 0.9):
            between = max(between, abs(dense(t)[0] - solution((k + t) * h)))
        y = after
    return abs(y[0] - solution(2.0)), between


def test_order_of_steps_and_of_dense_output():
    coarse, fine = errors(20), errors(40)
    steps, dense = np.log2(np.array(coarse) / np.array(fine))
    assert steps == pytest.approx(rodas5.ORDER, abs=0.2)
    assert dense >= 4.0 - 0.2


def test_estimate_has_one_order_less_and_its_guard_two():
    y = np.array([0.25, 0.0])
    long, short = (np.abs([stage[0] for stage in step(y, h)[1]]) for h in (0.1, 0.05))
    guard, estimate = np.log2(long / short)
    assert estimate == pytest.approx(rodas5.ORDER, abs=0.4)
    assert guard == pytest.approx(rodas5.ORDER - 1, abs=0.4)


def test_stiff_decay_is_damped_at_once():
    """The stability function vanishes at infinity: W k_i = f + ... for y' = -L y with h L = 1e12."""
    decay, k = 1e12, []
    for i in range(rodas5.STAGES):
        argument = 1.0 + sum(a * x for a, x in zip(rodas5.A[i], k, strict=True))
        offset = sum(c * x for c, x in zip(rodas5.C[i], k, strict=True))
        k.append((-decay * argument + offset) / (1 / rodas5.GAMMA + decay))
    assert abs(argument + k[-1]) < 1e-9
