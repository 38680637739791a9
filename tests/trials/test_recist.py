"""RECIST 1.1 by worked cases: sums of diameters, nadir, non-target and new lesions."""

import numpy as np
import pytest

from melanokine.trials.recist import (
    Response,
    assess,
    earlier_minimum,
    non_target_response,
    overall_response,
    target_lesions,
    target_response,
)

NE, PD, SD, PR, CR = Response.NE, Response.PD, Response.SD, Response.PR, Response.CR


def one_patient(baseline, sums, missed=()):
    """Target response of a patient with these sums of diameters; scans at `missed` positions were not done."""
    assessed = np.ones((1, len(sums)), bool)
    assessed[0, list(missed)] = False
    return target_response(np.array([float(baseline)]), np.array([sums], float), assessed)[0].tolist()


@pytest.mark.parametrize(
    ("baseline", "sums", "responses"),
    [
        (100, [70, 70.1, 71], [PR, SD, SD]),  # partial response is -30 % exactly
        (100, [119.9, 120], [SD, PD]),  # progression is +20 % exactly, here over the baseline
        (100, [60, 40, 47.9, 48], [PR, PR, PR, PD]),  # from the nadir (40), although still -52 % from baseline
        (20, [24, 24.9, 25], [SD, SD, PD]),  # +20 % of 20 mm is 4 mm: the absolute increase decides
        (50, [0, 0, 5], [CR, CR, PD]),  # a lesion that reappears after complete response
        (50, [0, 4], [CR, PR]),
        (100, [130, 60, 70], [PD, PR, PR]),  # nadir is the smallest, not the last
    ],
)
def test_target_lesions(baseline, sums, responses):
    assert one_patient(baseline, sums) == responses


def test_a_missed_scan_is_not_evaluable_and_no_nadir():
    assert one_patient(100, [60, 10, 60], missed=[1]) == [PR, NE, PR]


def test_targets_measure_ten_millimetres_and_the_largest_always_counts():
    chosen = target_lesions(np.array([[30.0, 10.0, 9.9], [9.0, 8.0, 5.0]]))
    assert chosen.tolist() == [[True, True, False], [True, False, False]]


def test_non_target_lesions_disappear_persist_or_progress_unequivocally():
    baseline = np.array([[0.0, 9.0, 8.0]])
    readings = np.array([[[0, 9, 8], [0, 0, 0], [0, 11, 9], [0, 13, 13]]], float)
    done = np.ones((1, 4), bool)
    assert non_target_response(readings[:, [0, 1]], baseline, done[:, :2])[0].tolist() == [SD, CR]
    # 17 -> 20 mm: volume 1.66-fold and 3 mm more; 17 -> 26 mm: volume 3.5-fold and 9 mm more
    assert non_target_response(readings[:, 2:], baseline, done[:, 2:])[0].tolist() == [SD, PD]


def test_no_non_target_lesion_counts_as_complete():
    assert non_target_response(np.zeros((1, 2, 3)), np.zeros((1, 3)), np.ones((1, 2), bool)).tolist() == [[CR, CR]]


@pytest.mark.parametrize(
    ("target", "non_target", "new", "overall"),
    [
        (CR, CR, False, CR),
        (CR, SD, False, PR),
        (PR, SD, False, PR),
        (PR, CR, False, PR),
        (SD, CR, False, SD),
        (NE, NE, False, NE),
        (PD, CR, False, PD),
        (CR, PD, False, PD),
        (PR, SD, True, PD),
        (NE, NE, True, NE),  # a scan that was not done shows nothing
    ],
)
def test_overall_response_is_table_1(target, non_target, new, overall):
    cells = [np.array([[value]]) for value in (target, non_target, new)]
    assert overall_response(*cells)[0, 0] == overall


def test_a_whole_patient():
    baseline = np.array([[40.0, 20.0, 8.0]])  # two targets, one non-target
    readings = np.array([[[25, 12, 8], [10, 5, 5], [0, 0, 5], [0, 0, 0], [0, 5, 0]]], float)
    done, new = np.ones((1, 5), bool), np.zeros((1, 5), bool)
    overall, sums, first = assess(readings, baseline, done, new)[:3]
    assert first.tolist() == [60.0]
    assert sums[0].tolist() == [37.0, 15.0, 0.0, 0.0, 5.0]
    assert overall[0].tolist() == [PR, PR, PR, CR, PD]
    new[0, 1] = True
    assert assess(readings, baseline, done, new)[0][0].tolist() == [PR, PD, PR, CR, PD]


def test_the_nadir_looks_back_only():
    values = np.array([[50.0, 30.0, 40.0]])
    seen = np.array([[True, True, True]])
    assert earlier_minimum(np.array([60.0]), values, seen).tolist() == [[60.0, 50.0, 30.0]]
    assert earlier_minimum(np.array([60.0]), np.empty((1, 0)), np.empty((1, 0), bool)).shape == (1, 0)
