"""Numbers in tables: three digits, no false precision, dashes for what is not there."""

import math

import pytest

from melanokine.report.numbers import plain, span


@pytest.mark.parametrize(
    ("value", "least", "text"),
    [
        (50863.4, 0.0, "50,863"),
        (-1234.5, 0.0, "−1,234"),
        (999.6, 0.0, "1,000"),
        (0.01585, 0.0, "0.0158"),
        (2.5e-7, 0.0, "2.5e−07"),
        (2.5e-7, 1e-3, "0"),
        (0.0, 0.0, "0"),
        (math.nan, 0.0, "–"),
    ],
)
def test_plain(value, least, text):
    assert plain(value, least=least) == text


def test_span():
    assert span(1.0, 2.5) == "1–2.5"
    assert span(-17.44, 93.9) == "−17.4 to 93.9"
    assert span(math.nan, 1.0) == ""
