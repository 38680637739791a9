"""The palette stays apart for colour-blind readers, and the house style leaks neither in nor out."""

import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from melanokine.report.figures.style import (
    ARM_COLOURS,
    RESPONSE_COLOURS,
    arm_colours,
    day_ticks,
    logarithmic,
    month_ticks,
    styled,
    wrapped,
)

# Machado, Oliveira and Fernandes 2009, severity 1.0, doi 10.1109/TVCG.2009.113
DEFICIENCY = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def lab(colour, deficiency):
    """CIE L*a*b* of a colour as someone with `deficiency` sees it."""
    rgb = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(DEFICIENCY[deficiency]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    ratio = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCY)
@pytest.mark.parametrize("palette", [ARM_COLOURS, tuple(RESPONSE_COLOURS.values())[:4]], ids=["arms", "responses"])
def test_colours_differ_for_every_reader(palette, deficiency):
    for first, second in itertools.combinations(palette, 2):
        difference = np.linalg.norm(lab(first, deficiency) - lab(second, deficiency))
        assert difference > 15, f"{first} and {second} look alike with {deficiency}: {difference:.1f}"


def test_an_arm_keeps_its_colour_when_later_arms_go():
    three = arm_colours(["a", "b", "c"])
    assert arm_colours(["a", "b"]) == {"a": three["a"], "b": three["b"]}


def test_user_style_neither_leaks_in_nor_is_changed():
    @styled
    def build():
        return Figure(figsize=(2, 2)).add_subplot().figure

    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"axes.facecolor": "black", "font.size": 30}):
        axes = build().axes[0]
        assert matplotlib.rcParams["font.size"] == 30
    assert axes.get_facecolor() == (1, 1, 1, 1)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("horizon", [1, 6, 12, 24, 36, 60, 120])
def test_month_ticks_are_few_and_end_inside(horizon):
    ticks = month_ticks(horizon)
    assert ticks[0] == 0
    assert 1 < len(ticks) <= 10
    assert ticks[-1] <= horizon


@pytest.mark.parametrize("horizon", [3, 28, 84, 168, 720])
def test_day_ticks_are_few_and_end_inside(horizon):
    ticks = day_ticks(horizon)
    assert 1 < len(ticks) <= 7
    assert ticks[-1] <= horizon


@pytest.mark.parametrize("limits", [(0.9, 1.3), (0.1, 30.0), (1e-3, 1e4)])
def test_logarithmic_axes_have_labelled_ticks(limits):
    axes = Figure().add_subplot()
    axes.set_ylim(*limits)
    logarithmic(axes)
    labels = [label.get_text() for label in axes.get_yticklabels() if label.get_text()]
    assert len(labels) >= 2


def test_long_names_are_broken_at_blanks():
    assert wrapped("bempegaldesleukin + nivolumab", 20) == "bempegaldesleukin +\nnivolumab"
