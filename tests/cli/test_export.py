"""`melanokine export`: the files of other tools, and what it says about them."""

import libsbml
import pandas as pd
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


def test_planned_doses_go_out_and_come_back_as_a_table(melanokine, tmp_path):
    sentence = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days"
    done = melanokine("export", "--nonmem", "doses.csv", sentence, "--days", 40, "--patients", 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "4 rows of doses before day 40\ndoses: doses.csv\n"
    both = pd.read_csv(tmp_path / "doses.csv")
    assert both["ID"].tolist() == [1, 1, 2, 2]
    assert (both["AMT"] / both["WT"]).tolist() == [pytest.approx(0.6 / 16.36)] * 4
    done = melanokine("simulate", "--nonmem", "doses.csv", "--days", 14)
    assert (done.returncode, done.stderr) == (2, "melanokine: doses.csv: holds 2 patients; say whose doses with --id\n")
    done = melanokine("simulate", "--nonmem", "doses.csv", "--id", 2, "--days", 6, "--patient", 2, "--out", "table")
    assert done.returncode == 0, done.stderr
    assert "of 14 doses given" in done.stdout
    assert pd.read_csv(tmp_path / "table" / "course.csv")["day"].iloc[-1] == 6


@pytest.mark.slow
def test_the_whole_model_becomes_sbml(melanokine, tmp_path):
    done = melanokine("export", "--sbml", "model.xml")
    assert done.returncode == 0, done.stderr
    assert "42 drugs\n" in done.stdout
    assert "untreated\n" in done.stdout
    assert model_of(tmp_path / "model.xml").getModel().getNumEvents() == 0
