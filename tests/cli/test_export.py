"""`melanokine export`: the files of other tools, and what it says about them."""

import libsbml
import pytest


def model_of(path):
    document = libsbml.readSBMLFromFile(str(path))
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, True)
    document.checkConsistency()
    assert document.getNumErrors() == 0
    return document


def test_an_arm_of_a_trial_becomes_sbml(melanokine, tmp_path):
    done = melanokine(
        "export", "--sbml", "arm.xml", "--trial", "pivot-io-001", "--arm", "nivolumab", "--patient", 2, "--days", 50
    )
    assert done.returncode == 0, done.stderr
    assert "patient 2 of advanced melanoma, first line" in done.stdout
    assert "6 events for the doses before day 50: nivolumab 360 mg IV every 3 weeks" in done.stdout
    assert done.stdout.endswith("SBML: arm.xml\n")
    kept = model_of(tmp_path / "arm.xml")
    assert kept.getModel().getName() == "pivot-io-001, nivolumab"
    assert kept.getModel().getNumEvents() == 6
    assert [path.name for path in tmp_path.iterdir()] == ["arm.xml"]


@pytest.mark.slow
def test_the_whole_model_becomes_sbml(melanokine, tmp_path):
    done = melanokine("export", "--sbml", "model.xml")
    assert done.returncode == 0, done.stderr
    assert "42 drugs\n" in done.stdout
    assert "untreated\n" in done.stdout
    assert model_of(tmp_path / "model.xml").getModel().getNumEvents() == 0
