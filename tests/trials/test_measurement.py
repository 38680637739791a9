"""Readings of lesions: error, disappearance, and the 5 mm convention."""

import numpy as np
import pytest

from melanokine.trials.measurement import Reader, reading_noise

READER = Reader(reading_error=0.1, detection_limit=3.0, smallest_reading=5.0)


def test_small_lesions_follow_the_conventions():
    read = READER.read(np.array([0.0, 2.99, 3.0, 4.9, 20.0]), np.zeros(5))
    assert read.tolist() == [0.0, 0.0, 5.0, 5.0, 20.0]


def test_the_error_is_log_normal():
    assert READER.read(np.array([20.0]), np.array([1.0]))[0] == pytest.approx(20.0 * np.exp(0.1))
    assert READER.read(np.array([5.2]), np.array([-2.0]))[0] == 5.0


def test_noise_belongs_to_patient_and_day():
    noise = reading_noise(np.array([0.0, 63.0, 126.0]), 3, 1, np.arange(100))
    assert noise.shape == (100, 3, 3)
    assert abs(noise.mean()) < 0.1
    assert noise.std() == pytest.approx(1.0, abs=0.05)
    again = reading_noise(np.array([0.0, 42.0, 63.0, 126.0]), 3, 1, np.arange(50, 60))
    np.testing.assert_array_equal(again[:, [0, 2, 3]], noise[50:60])


def test_the_table_fits_the_record():
    assert Reader.from_table() == READER
