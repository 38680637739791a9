"""A trial of the calibrated population: reproducible, and told apart from one of the population as it is."""

import numpy as np
import pandas as pd
import pytest

from melanokine.errors import InputError, ModelError
from melanokine.patients import calibrated
from melanokine.trials import Trial, death
from melanokine.trials.death import log_mortality

SHORT = {
    "name": "short",
    "arms": {"nivolumab": ["nivolumab 3 mg/kg IV every 2 weeks"], "none": []},
    "patients_per_arm": 40,
    "duration_months": 12.0,
    "year": 2014,
}


@pytest.fixture(scope="module")
def result():
    return Trial(**SHORT).run(seed=7)


def test_patients_come_from_the_calibrated_population(result):
    found = calibrated.load()
    drawn = found.numbers[found.draw("advanced melanoma, first line", 40, 7)]
    for arm in SHORT["arms"]:
        assert result.patients.loc[result.patients["arm"] == arm, "virtual_patient"].tolist() == drawn.tolist()
    assert result.calibration == found.digest == result.summary_record()["calibration"]


def test_the_population_as_it_is_can_be_asked_for(result):
    plain = Trial(**SHORT).run(seed=7, calibrated=False)
    assert plain.calibration == ""
    assert plain.summary_record()["calibration"] is None
    assert plain.patients["virtual_patient"].is_unique == (len(plain.arms) == 1)
    assert plain.patients["os_months"].tolist() != result.patients["os_months"].tolist()


def test_arms_and_numbers_change_nobody(result):
    fewer = Trial(**SHORT).run(seed=7, arms=["nivolumab"], patients=15)
    own = result.patients[result.patients["arm"] == "nivolumab"].iloc[:15].reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer.patients, own, check_exact=True)


def test_replicates_draw_other_people():
    repeated = Trial(**SHORT).run(seed=7, arms=["none"], patients=15, replicates=2)
    first, second = (rows["virtual_patient"].tolist() for _, rows in repeated.patients.groupby("replicate"))
    assert first != second


def test_a_population_that_is_not_calibrated_cannot_be_insisted_on():
    design = {**SHORT, "population": "melanoma, injectable metastases"}
    with pytest.raises(InputError, match="is not calibrated"):
        Trial(**design).run(calibrated=True)
    assert Trial(**design).run(patients=3, arms=["none"]).calibration == ""


def test_changed_mechanisms_are_told(monkeypatch):
    def changed():
        raise ModelError("the calibrated populations were made with another model", remedy="recalibrate")

    monkeypatch.setattr(calibrated, "load", changed)
    with pytest.raises(ModelError, match="another model"):
        Trial(**SHORT).run(patients=3)
    assert Trial(**SHORT).run(patients=3, arms=["none"], calibrated=False).calibration == ""


def test_mortality_of_the_era_is_the_one_of_the_fit():
    found, change = calibrated.load(), death.Mortality.from_table().era_change
    eras = found.effects()
    for year, beginning in ((int(change) - 1, "before"), (int(change), "from")):
        (own,) = (value for name, value in eras.items() if name.startswith(beginning))
        assert log_mortality(found, year) == pytest.approx(own)
        assert log_mortality(found, year, effects={"mortality": 0.3, "growth": 1.0}) == pytest.approx(own + 0.3)
    assert log_mortality(found, 2014, member=3) != log_mortality(found, 2014)


def test_mortality_of_the_calibration_reaches_death(monkeypatch, result):
    monkeypatch.setattr("melanokine.trials.run.log_mortality", lambda found, year: np.log(4.0))
    harder = Trial(**SHORT).run(seed=7)
    assert (harder.patients["os_months"] <= result.patients["os_months"] + 1e-9).all()
    assert harder.patients["os_months"].mean() < result.patients["os_months"].mean() - 0.5
