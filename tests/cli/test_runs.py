"""Real runs from the command line, small ones of every command that simulates."""

import json
import signal
import subprocess
import sys
import time

import pandas as pd
import pyreadstat
import pytest

from melanokine import trials
from melanokine.cli.published import with_outcomes

RESULT = ["figures", "patients.parquet", "report.html", "summary.csv", "summary.json"]


def test_a_trial_leaves_a_whole_result(melanokine, tmp_path):
    adam = ("--adam", "adam", "--format", "xpt")
    done = melanokine("trial", "pivot-io-001", "--patients", 6, "--workers", 1, *adam)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "melanokine-results" / "pivot-io-001-seed1"
    assert sorted(path.name for path in folder.iterdir()) == RESULT
    assert "Objective response rate" in done.stdout
    assert "12 patients simulated in" in done.stdout
    assert "report: melanokine-results/pivot-io-001-seed1/report.html" in done.stdout
    steps = done.stderr.splitlines()
    assert "treating: nivolumab" in steps
    assert steps[-1] == "writing the report"
    assert done.stdout.endswith("ADaM: adam\n")
    subjects, _ = pyreadstat.read_xport(str(tmp_path / "adam" / "adsl.xpt"))
    patients = pd.read_parquet(folder / "patients.parquet")
    assert subjects["AGE"].tolist() == (patients["age"] // 1).tolist()
    assert subjects["SEX"].isin(["M", "F"]).all()
    assert sorted(path.stem for path in (tmp_path / "adam").iterdir()) == ["adae", "adrs", "adsl", "adtr", "adtte"]
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["schema"] == 1
    assert [arm["n"] for arm in summary["arms"]] == [6, 6]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "melanokine trial pivot-io-001 --patients 6 --seed 1" in page


def test_quiet_says_nothing_and_an_arm_dropped_changes_nothing(melanokine, tmp_path):
    both = melanokine("trial", "pivot-io-001", "--patients", 4, "--out", "both", "--quiet")
    one = melanokine("trial", "pivot-io-001", "--patients", 4, "--out", "one", "--quiet", "--arms", "nivolumab")
    assert (both.returncode, both.stdout, both.stderr) == (0, "", "")
    assert one.returncode == 0
    two_arms = pd.read_parquet(tmp_path / "both" / "patients.parquet")
    single = pd.read_parquet(tmp_path / "one" / "patients.parquet")
    expected = two_arms.loc[two_arms["arm"] == "nivolumab", single.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(single, expected, check_exact=True)


def test_a_trial_of_ones_own_in_the_least_form(melanokine, tmp_path):
    text = 'patients_per_arm: 3\narms:\n  none: []\n  low: ["aldesleukin 1 MIU SC every 1 days for 5 doses"]\n'
    (tmp_path / "mine.yaml").write_text(text)
    done = melanokine("trial", "mine.yaml", "--out", "results")
    assert done.returncode == 0, done.stderr
    assert "published" not in done.stdout
    assert (tmp_path / "results" / "report.html").exists()


def test_simulate_writes_the_course_shows_what_moves_and_names_what_does_not(melanokine, tmp_path):
    done = melanokine("simulate", "iboctadekin 100 ug/kg IV daily for 5 doses", "--days", 12, "--out", "patient")
    assert done.returncode == 0, done.stderr
    table, still = done.stdout.split("hardly moved: ")
    assert table.split("\n")[2].split() == ["day", "0", "2", "4", "6", "8", "10", "12"]
    for moved in ("Sum of lesion diameters, mm", "IL-18 binding protein, pM", "Plasma interleukin-6, pg/mL"):
        assert moved in table
    assert "Vascular leak" not in table
    assert "vascular leak" in still
    assert "iboctadekin: 5 of 5 doses given" in still
    files = sorted(path.name for path in (tmp_path / "patient").iterdir())
    assert files == ["course.csv", "exposure.svg", "immune-courses.svg", "tumour.svg"]
    course = pd.read_csv(tmp_path / "patient" / "course.csv")
    assert course["day"].iloc[-1] == 12
    assert course["concentration_iboctadekin"].max() > 100
    assert course["vascular_leak"].max() < 0.1


def test_simulate_a_patient_by_number(melanokine):
    done = melanokine("simulate", "nivolumab 360 mg IV every 3 weeks", "--days", 5, "--patient", 2)
    assert done.returncode == 0, done.stderr
    assert "patient 2 of advanced melanoma, first line" in done.stdout


def test_compare_published_writes_the_table_of_chosen_designs(melanokine, tmp_path):
    chosen = "checkmate-067,excel-nktr214"
    done = melanokine("compare-published", "--trials", chosen, "--patients", 4, "--out", "docs/table.md")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["running: checkmate-067", "running: excel-nktr214"]
    page = (tmp_path / "docs" / "table.md").read_text(encoding="utf-8")
    assert f"melanokine compare-published --patients 4 --trials {chosen}" in page
    assert "| nivolumab + ipilimumab (n = 4) | Objective response rate, % |" in page
    assert "Every trial of the library" not in page


def test_all_designs_with_outcomes_are_compared_unless_some_are_chosen():
    chosen = [design.name for design in with_outcomes(trials.names())]
    assert {"checkmate-067", "hd-il2", "keynote-002", "excel-nktr214"} <= set(chosen)
    assert not any(trials.load(name).blind or trials.published(trials.load(name)).empty for name in chosen)


def test_compare_puts_drugs_side_by_side(melanokine, tmp_path):
    (tmp_path / "masked.yaml").write_text("variant_of: aldesleukin\nname: masked\nmasking: 0.9\n")
    words = ["nivolumab", "masked.yaml", "dacarbazine", "--population", 8, "--days", 21, "--out", "side-by-side"]
    done = melanokine("compare", *words, "--dose", "masked.yaml=0.02 mg/kg IV every 2 weeks")
    assert done.returncode == 0, done.stderr
    assert "8 patients, advanced melanoma, first line, 21 days" in done.stdout
    assert "masked: masked 0.02 mg/kg IV every 2 weeks" in done.stdout
    assert "mean arterial pressure, lowest, mmHg" in done.stdout
    assert "treating the patients" in done.stderr
    folder = tmp_path / "side-by-side"
    files = ["at-a-glance.svg", "comparison.csv", "comparison.json", "courses.csv", "measures.svg", "report.html"]
    assert sorted(path.name for path in folder.iterdir()) == files
    table = pd.read_csv(folder / "comparison.csv")
    assert set(table["candidate"]) == {"Nivolumab", "masked", "Dacarbazine"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "melanokine compare nivolumab masked.yaml dacarbazine --population" in page
    assert page.count("<svg") == 2


def test_synergy_gives_a_verdict(melanokine, tmp_path):
    done = melanokine("synergy", "nivolumab", "ipilimumab", "--patients", 12, "--days", 42, "--doses", 2)
    assert done.returncode == 0, done.stderr
    assert "Tumour control: " in done.stdout
    assert "by Bliss" in done.stdout
    folder = tmp_path / "melanokine-results" / "synergy"
    files = ["dose-response.csv", "dose-response.svg", "excess.svg", "report.html", "synergy.csv", "synergy.json"]
    assert sorted(path.name for path in folder.iterdir()) == files
    assert json.loads((folder / "synergy.json").read_text())["doses"] == [1.0, 2.0]


def test_compare_as_json_shows_other_interleukins_where_they_move(melanokine):
    words = ["pegilodecakin", "iboctadekin", "rhil15", "--patients", 5, "--days", 14]
    done = melanokine("compare", *words, "--json", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["candidates"][0] == {"name": "Pegilodecakin", "regimen": ["pegilodecakin 20 ug/kg SC every day"]}
    values = {(row["candidate"], row["measure"]): row["value"] for row in record["measures"]}
    il10, il18, il15 = "Pegilodecakin", "Iboctadekin", "Recombinant human IL-15"
    assert values[il10, "il10_cd8_mean"] > 0.3 > 0.05 > values[il15, "il10_cd8_mean"]
    assert values[il10, "il10_myeloid_mean"] > 0.9
    assert values[il18, "il18_signal_peak"] > 0.2 > 0.05 > values[il15, "il18_signal_peak"]
    assert values[il15, "nk_bright_cells_peak"] > values[il15, "nk_cells_peak"] > 2
    assert values[il15, "interleukin_6_peak"] > 20
    assert values[il18, "temperature_peak"] > 37.2


def test_validate_prints_and_writes_what_was_measured_beside_what_is_said(melanokine, tmp_path):
    done = melanokine("validate", "laboratory", "--quiet", "--table", "docs/table.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rhil15, pSTAT5, NK, EC50" in done.stdout
    assert done.stdout.endswith("table: docs/table.md\n")
    page = (tmp_path / "docs" / "table.md").read_text(encoding="utf-8")
    assert "Written by `melanokine validate laboratory --patients 60`" in page
    assert "| aldesleukin_hd, pSTAT5, Treg, EC50 | 27.2 |" in page
    records = json.loads(melanokine("validate", "laboratory", "--quiet", "--json").stdout)
    assert {record["part"] for record in records} == {"laboratory"}
    assert all(record["predicted"] > 0 for record in records)


def test_validate_runs_calibration_arms_and_writes_a_page(melanokine, tmp_path):
    done = melanokine("validate", "trials", "--quick", "--trial-patients", 20, "--quiet", "--json", "--out", "there")
    assert (done.returncode, done.stderr) == (0, "")
    records = json.loads(done.stdout)
    assert json.loads((tmp_path / "there" / "validation.json").read_text(encoding="utf-8")) == records
    assert {record["part"] for record in records} == {"trials"}
    assert all(record["low95"] <= record["high95"] for record in records)
    assert all(record["covered"] == (record["low95"] <= record["observed"] <= record["high95"]) for record in records)
    page = (tmp_path / "there" / "validation.html").read_text(encoding="utf-8")
    for design in {record["design"] for record in records}:
        assert f"{design}: predicted and published endpoints" in page


def test_validate_refuses_a_markdown_file_as_folder(melanokine, tmp_path):
    done = melanokine("validate", "laboratory", "--out", "table.md")
    assert done.returncode == 2
    assert "--table table.md" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_run_leaves_nothing(tmp_path):
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # ignored in background jobs
    program = f"{heard}; from melanokine.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "trial", "checkmate-067", "--patients", "50000"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        stdout=subprocess.DEVNULL,
    )
    for line in process.stderr:
        if line.startswith("growing"):
            break
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert error.splitlines()[-1] == "melanokine: interrupted, nothing was written"
    assert list(tmp_path.iterdir()) == []
