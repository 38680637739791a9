"""The calibrated populations that ship with the package."""

from dataclasses import replace

import numpy as np
import pytest

from melanokine.calibration import targets
from melanokine.errors import InputError, ModelError
from melanokine.patients import calibrated

FIRST_LINE = "advanced melanoma, first line"


@pytest.fixture(scope="module")
def shipped():
    return calibrated.load()


def test_it_is_small_and_covers_the_populations(shipped):
    assert calibrated.FILE.stat().st_size <= 5_000_000
    assert shipped.members >= 50
    needed = {FIRST_LINE, *(f"advanced melanoma, {kind}" for kind in ("after anti-CTLA-4", "after anti-PD-1"))}
    assert needed | {"advanced melanoma, IL-2 eligible"} <= set(shipped.populations)


def test_weights_are_distributions(shipped):
    for population in shipped.populations:
        for member in (0, 1, shipped.members):
            weights = shipped.weights(population, member)
            assert weights.shape == shipped.numbers.shape
            assert weights.sum() == pytest.approx(1.0)
            assert np.all(weights >= 0)
            np.testing.assert_array_equal(weights > 0, shipped.prevalence[population] > 0)


def test_the_effective_size_is_what_was_promised(shipped):
    assert len(shipped.numbers) >= 3000
    weights = np.exp(shipped.log_weights[0].astype(float))
    share = weights.sum() ** 2 / (weights**2).sum() / len(weights)
    assert share >= 0.30
    assert share == pytest.approx(shipped.provenance["fit"]["effective_share"], abs=2e-3)


def test_it_was_made_with_these_targets(shipped):
    assert shipped.provenance["targets"] == targets.digest(targets.from_evidence())
    assert shipped.provenance["fit"]["rms"] <= 2.5
    assert shipped.provenance["fit"]["largest"] <= 8.0


def test_the_same_content_gives_the_same_bytes(shipped, tmp_path):
    assert shipped.to_bytes() == calibrated.FILE.read_bytes()
    file = tmp_path / "copy.npz"
    file.write_bytes(shipped.to_bytes())
    assert calibrated.Calibrated.from_file(file).to_bytes() == file.read_bytes()


def test_a_stale_file_says_so(shipped, tmp_path):
    old = shipped.provenance["digests"] | {"mechanisms": "0" * 64}
    file = tmp_path / "calibrated.npz"
    file.write_bytes(replace(shipped, provenance=shipped.provenance | {"digests": old}).to_bytes())
    with pytest.raises(ModelError, match=r"another model \(mechanisms changed\); recalibrate with `melanokine calibra"):
        calibrated.load(file)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_broken_file_says_so(tmp_path, content):
    file = tmp_path / "calibrated.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"calibrated\.npz: no calibrated population can be read"):
        calibrated.Calibrated.from_file(file)


def test_unknown_names_are_refused(shipped):
    with pytest.raises(InputError, match="is not calibrated; did you mean 'advanced melanoma, first line'"):
        shipped.weights("advanced melanoma, first lime")
    with pytest.raises(InputError, match="no member 1000"):
        shipped.weights(FIRST_LINE, 1000)
    with pytest.raises(InputError, match="no trial effect 'grow'"):
        shipped.weights(FIRST_LINE, effects={"grow": 1.0})


def test_a_larger_trial_begins_with_the_smaller(shipped):
    few, many = (shipped.draw(FIRST_LINE, count, seed=5) for count in (50, 4000))
    np.testing.assert_array_equal(few, many[:50])
    weights = shipped.weights(FIRST_LINE)
    assert np.all(weights[many] > 0)
    z = calibrated.score(("naive_pool",), shipped.seed, shipped.numbers)
    assert z[many].mean() == pytest.approx(weights @ z, abs=4.0 * z.std() / np.sqrt(4000))


def test_trial_effects_shift_the_population(shipped):
    effect = next(effect for effect in shipped.trial_effects if effect.acts_on == calibrated.PATIENTS)
    z = calibrated.score(effect.parameters, shipped.seed, shipped.numbers)
    means = [shipped.weights(FIRST_LINE, effects={effect.name: value}) @ z for value in (-effect.sd, 0.0, effect.sd)]
    assert means == sorted(means)
    assert means[2] - means[0] > 0.2
