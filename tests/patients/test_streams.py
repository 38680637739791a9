"""Counter-based random numbers: published vectors, and independence of count, order and company."""

import numpy as np
import pytest
from scipy import stats

from melanokine.errors import InputError
from melanokine.patients import streams

# Known answers of Random123 (kat_vectors, philox4x32 with 10 rounds): counter, key, result.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_published_words(counter, key, expected):
    result = streams.philox(tuple(np.uint64(word) for word in words(counter)), tuple(words(key)))
    assert result.tolist() == words(expected)


def test_a_vector_of_counters_gives_the_same_words_as_one_at_a_time():
    counters = np.arange(5, dtype=np.uint64)
    ours = streams.philox((counters, np.uint64(7), np.uint64(9), np.uint64(11)), (3, 5))
    one_by_one = [streams.philox((np.uint64(c), np.uint64(7), np.uint64(9), np.uint64(11)), (3, 5)) for c in range(5)]
    np.testing.assert_array_equal(ours, one_by_one)


@pytest.mark.parametrize("draw", [streams.uniform, streams.normal, streams.exponential])
def test_a_draw_depends_on_neither_count_nor_company_nor_order(draw):
    many = draw(1, np.arange(50), "scan error", 9)
    for count in (1, 2, 3, 8):
        np.testing.assert_array_equal(draw(1, np.arange(50), "scan error", count), many[:, :count])
    np.testing.assert_array_equal(draw(1, [41, 3, 17], "scan error", 9), many[[41, 3, 17]])


def test_seed_patient_and_purpose_each_change_the_draw():
    reference = streams.uniform(1, [5], "a", 4)
    for other in (streams.uniform(2, [5], "a", 4), streams.uniform(1, [6], "a", 4), streams.uniform(1, [5], "b", 4)):
        assert not np.intersect1d(reference, other).size
    assert not np.array_equal(streams.uniform(1 + 2**32, [5], "a", 4), reference), "all 64 bits of the seed count"


def test_draws_are_uniform_normal_and_exponential():
    patients = np.arange(4000)
    assert stats.kstest(streams.uniform(3, patients, "p", 5).ravel(), "uniform").pvalue > 1e-3
    assert stats.kstest(streams.normal(3, patients, "p", 5).ravel(), "norm").pvalue > 1e-3
    assert stats.kstest(streams.exponential(3, patients, "p", 5).ravel(), "expon").pvalue > 1e-3


def test_neighbouring_patients_and_draws_are_uncorrelated():
    z = streams.normal(3, np.arange(4000), "p", 4)
    correlation = np.corrcoef(np.column_stack([z[:-1], z[1:]]), rowvar=False)
    assert np.abs(correlation - np.eye(8)).max() < 0.06


def test_extreme_words_stay_inside_the_open_interval(monkeypatch):
    for word in (0, 0xFFFFFFFF):
        monkeypatch.setattr(streams, "philox", lambda *_, word=word: np.full((1, 1, 4), word, dtype=np.uint64))
        u = streams.uniform(1, [0], "p", 2)
        assert ((u > 0) & (u < 1)).all()


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, True, "one"])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(InputError, match="seed"):
        streams.uniform(seed, [0], "p")


@pytest.mark.parametrize("patients", [[-1], [2**32], [0.5], [[0], [1]]])
def test_bad_stream_numbers_are_refused(patients):
    with pytest.raises(InputError, match="stream numbers"):
        streams.uniform(1, patients, "p")


def test_no_patient_no_draw():
    assert streams.uniform(1, np.array([], dtype=int), "p", 3).shape == (0, 3)
