"""Whatever a user gets wrong: one line that says where and what would be right, and exit code 2.

`test_main.py` holds the mistakes that are checked in a process of their own for every command.
"""

from __future__ import annotations

import sys

import pytest

DESIGN = "arms:\n  a:\n    - nivolumab 360 mg IV every 3 weeks\npatients_per_arm: 3\n"
DOSE = "nivolumab 3 mg/kg IV every 2 weeks"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["trial", "checkmate067"], "no trial is called 'checkmate067'; did you mean 'checkmate-067'?"),
        (["trial", ""], "see `melanokine trials`"),
        (["trial", "hd-il2", "--arms", "high-dose IL2"], "no arm 'high-dose IL2'; did you mean 'high-dose IL-2'?"),
        (["trial", "hd-il2", "--arms", ""], "no arm is left to run"),
        (["trial", "hd-il2", "--patients", "0"], "--patients"),
        (["trial", "hd-il2", "--patients", "1e99"], "--patients"),
        (["trial", "hd-il2", "--patients", "nan"], "--patients"),
        (["trial", "hd-il2", "--patients", "1" + 30 * "0"], "more than 1000000 patients"),
        (["trial", "hd-il2", "--patients", "1000", "--replicates", "1001"], "more than 1000000 patients"),
        (["trial", "hd-il2", "--replicates", "-1"], "--replicates"),
        (["trial", "hd-il2", "--workers", "-1"], "--workers"),
        (["trial", "hd-il2", "--workers", "all"], "--workers"),
        (["trial", "hd-il2", "--seed", "text"], "--seed"),
        (["trial", "hd-il2", "--seed", "1.5"], "--seed"),
        (["trial", "hd-il2", "--seed", str(2**64)], "--seed"),
        (["trial", "hd-il2", "--format", "xpt"], "--format xpt belongs to no datasets; name their folder with --adam"),
        (["trial", "hd-il2", "--adam", "a", "--format", "sas"], "no format of clinical data is called 'sas'"),
        (["trial", "hd-il2", "--adam", "a", "--replicates", "2"], "records are kept of one trial, not of 2"),
        (["trial", "hd-il2", "--omex", "."], "--omex . is a folder; name a file"),
        (["open", "absent.omex"], "absent.omex: cannot be read: no such file or directory"),
        (["open", "."], "cannot be read: is a directory"),
        (["drugs", ""], "unknown drug ''"),
        (["drugs", "aldesleukine"], "did you mean 'aldesleukin'?"),
        (["simulate", DOSE, "--days", "0"], "--days 0 is out of range"),
        (["simulate", DOSE, "--days", "-3"], "--days -3 is out of range"),
        (["simulate", DOSE, "--days", "inf"], "--days inf is out of range"),
        (["simulate", DOSE, "--patient", "0"], "no patient is called '0'"),
        (["simulate", DOSE, "--patient", "1000001"], "no patient is called '1000001'"),
        (["simulate", ""], "a regimen is a sentence"),
        (["simulate"], "nothing says what is given"),
        (["simulate", DOSE, "--nonmem", "doses.csv"], "in words and in a table as well"),
        (["simulate", DOSE, "--id", "2"], "--id and --steady-state-doses belong to no table"),
        (["simulate", "--nonmem", "doses.csv"], "doses.csv: cannot be read: no such file or directory"),
        (["export"], "nothing says what to write; name a file with --sbml or --nonmem"),
        (["export", "--nonmem", "."], "--nonmem . is a folder; name a file"),
        (["export", "--nonmem", "doses.csv"], "nobody is given anything"),
        (["export", "--sbml", "x.xml", "--patients", "3"], "--patients 3 belongs to no table of doses"),
        (["export", "--nonmem", "doses.csv", "--trial", "hd-il2"], "no arm of hd-il2 is named"),
        (["compare-published", "--patients", "0"], "--patients"),
        (["compare-published", "--patients", "1000001", "--quiet"], "more than 1000000 patients"),
        (["compare-published", "--seed", str(2**64)], "--seed"),
        (["compare-published", "--trials", "pivot-02"], "pivot-02 is blind"),
        (["compare-published", "--trials", "checkmate-67"], "did you mean 'checkmate-067'"),
        (["compare-published", "--trials", "hammer"], "no endpoint of hammer was published"),
        (["trials", "--drug", "nivolumb"], "did you mean 'nivolumab'"),
        (["trials", "--drug", "dacarbazine", "--blind"], "no blind design of the library gives dacarbazine"),
        (["trials", "--not-covered", "--blind"], "--not-covered lists no designs"),
        (["compare-published", "--out", "."], "is a folder; name a file"),
        (["compare"], "see `melanokine compare --help`"),
        (["compare", "nivolumap"], "did you mean 'nivolumab'?"),
        (["compare", "missing.yaml"], "missing.yaml: there is no such file"),
        (["compare", "nivolumab", "nivolumab"], "is given twice; compare things that differ"),
        (["compare", "nivolumab 3"], "the unit of the dose 3 is missing"),
        (["compare", "nivolumab + "], "'+' is not a number"),
        (["compare", "nivolumab", "--population", "nobody"], "no population is called 'nobody'"),
        (["compare", "nivolumab", "--population", "0"], "0 is not a number of patients"),
        (["compare", "nivolumab", "--population", "5", "--patients", "6"], "give two numbers of patients; keep one"),
        (["compare", "nivolumab", "--patients", "100001"], "100001 is not a number of patients; give 1 to 100000"),
        (["compare", "nivolumab", "--days", "nan"], "nan is no number of days"),
        (["compare", "nivolumab", "--days", "0"], "0.0 is no number of days"),
        (["compare", "nivolumab", "--dose", "480 mg"], "--dose '480 mg' is not DRUG=SENTENCE"),
        (["compare", "nivolumab", "--dose", "ipilimumab=1 mg/kg IV"], "a dose is given for ipilimumab, which is not"),
        (["compare", "nivolumab", "--dose", "nivolumab=often"], "in the regimen 'nivolumab often'"),
        (["compare", *["nivolumab"] * 13], "is given twice"),
        (["synergy", "nivolumab"], "Missing argument"),
        (["synergy", "nivolumab", "nivo"], "did you mean 'nivolumab'?"),
        (["synergy", "nivolumab", "ipilimumab", "--doses", "1"], "1 is not a number of doses; give 2 to 6"),
        (["synergy", "nivolumab", "ipilimumab", "--patients", "3"], "3 patients are too few"),
        (["synergy", "nivolumab", "ipilimumab", "--days", "inf"], "inf is no number of days"),
        (["synergy", "nivolumab", "ipilimumab", "--patients", "100001"], "100001 is not a number of patients"),
        (["synergy", "nivolumab", "ipilimumab", "--population", "nobody"], "no population is called 'nobody'"),
        (["synergy", "nivolumab", "ipilimumab 3"], "the unit of the dose 3 is missing"),
        (["compare", "rhil51"], "did you mean 'rhil15'?"),
        (["compare", "nivolumab", "--seed", str(2**64)], "--seed"),
        (["export"], "nothing says what to write; name a file with --sbml"),
        (["export", "--sbml", "."], "--sbml . is a folder; name a file"),
        (["export", "--sbml", "m.xml", "--arm", "nivolumab"], "--arm nivolumab belongs to no trial"),
        (["export", "--sbml", "m.xml", "--trial", "pivot-io-001"], "no arm of pivot-io-001 is named; name one with"),
        (["export", "--sbml", "m.xml", "--trial", "pivot-io-001", "--arm", "nivo"], "did you mean 'nivolumab'?"),
        (["export", "--sbml", "m.xml", "--trial", "hd-il2", "--arm", "high-dose IL-2", DOSE], "leave out the regimen"),
        (["export", "--sbml", "m.xml", DOSE, "--days", "nan"], "--days nan is out of range"),
        (["export", "--sbml", "m.xml", DOSE, "--start", "birth"], "cannot start from 'birth'; say diagnosis or seed"),
        (["export", "--sbml", "m.xml", DOSE, "--start", "seed"], "doses are counted from diagnosis"),
        (["export", "--sbml", "m.xml", "--patient", "0"], "no patient is called '0'"),
        (["export", "--sbml", "m.xml", "--drugs", "nivolumap"], "did you mean 'nivolumab'?"),
        (["export", "--sbml", "m.xml", "--population", "nobody"], "no population is called 'nobody'"),
        (["validate", "laborator"], "nothing is validated under 'laborator'; did you mean 'laboratory'?"),
        (["validate", ""], "nothing is validated under ''; known: laboratory"),
        (["validate", "--patients", "1"], "--patients"),
        (["validate", "--patients", "5001"], "--patients"),
        (["validate", "--patients", "ten"], "--patients"),
        (["validate", "--seed", "-1"], "--seed"),
        (["validate", "--seed", str(2**64)], "--seed"),
        (["validate", "laboratory", "--table", "."], "--table . is a folder; name a file, such as table.md"),
        (["validate", "laboratory", "--out", "a.md"], "--out a.md names a file; name a folder, or write --table a.md"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_options(refused, arguments, says):
    assert says in refused(*arguments)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("nivolumap 3 mg/kg IV", "did you mean 'nivolumab'?"),
        ("nivolumab", "the sentence ends where a dose such as `3 mg/kg` should follow"),
        ("nivolumab 3", "the unit of the dose 3 is missing"),
        ("nivolumab 0 mg/kg IV", "a dose must be positive, at '0'"),
        ("nivolumab -3 mg/kg IV", "a dose must be positive, at '-3'"),
        ("nivolumab nan mg/kg IV", "'nan' is not a finite number"),
        ("nivolumab inf mg/kg IV", "'inf' is not a finite number"),
        ("nivolumab 1e999 mg/kg IV", "'1e999' is not a finite number"),
        ("nivolumab 1e300 mg/kg IV", "is beyond reason"),
        ("nivolumab three mg/kg IV", "'three' is not a number"),
        ("nivolumab 3 mgg/kg IV", "'mgg' is not a unit of dose in 'mgg/kg'"),
        ("nivolumab 3 nan IV", "'nan' is not a unit of dose"),
        ("nivolumab 3 mL IV", "'mL' measures neither mass nor activity nor substance"),
        ("nivolumab 3 mmHg IV", "'mmHg' measures neither mass nor activity nor substance"),
        ("nivolumab 3 mg/L IV", "a dose cannot be per 'L'"),
        ("nivolumab 3 MIU IV", "nivolumab has no international unit"),
        ("dacarbazine 3 mg/kg IV", "dacarbazine is dosed by body surface"),
        ("nivolumab 3 mg/kg SC", "nivolumab has no route 'SC'"),
        ("aldesleukin 18 MIU", "the route of aldesleukin is missing"),
        ("nivolumab 3 mg/kg IV every 0 weeks", "a time must be positive, at '0'"),
        ("nivolumab 3 mg/kg IV every -2 weeks", "a time must be positive, at '-2'"),
        ("nivolumab 3 mg/kg IV every 2 fortnights", "'fortnights' is not a unit of time"),
        ("nivolumab 3 mg/kg IV every 2 weeks for 0 doses", "a whole number of 1 or more"),
        ("nivolumab 3 mg/kg IV every 2 weeks for 1e308 doses", "cannot be above 1000000"),
        ("nivolumab 3 mg/kg IV every 1e-9 days", "more than 100000 times"),
        ("nivolumab 3 mg/kg IV over 5 weeks every 2 weeks", "is longer than the interval"),
        ("nivolumab 3 mg/kg IV every 2 weaks", "did you mean 'weeks'?"),
        ("nivolumab 3 mg/kg IV every 2 weeks, startin week 2", "did you mean 'starting'?"),
    ],
)
def test_regimens(refused, sentence, says):
    line = refused("simulate", sentence, "--days", "20")
    assert says in line
    assert "in the regimen" in line or "would be given" in line or sentence.split()[0] == "nivolumap"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (DESIGN + "scnas: every 9 weeks\n", 5, "unknown key 'scnas'; did you mean 'scans'?"),
        (DESIGN.replace("patients_per_arm", "pateints_per_arm"), 4, "did you mean 'patients_per_arm'?"),
        (DESIGN.replace("360 mg", "360 mgg"), 3, "arms.a[0]: 'mgg' is not a unit of dose"),
        (DESIGN.replace("360 mg", "-360 mg"), 3, "arms.a[0]: a dose must be positive"),
        (DESIGN.replace("nivolumab", "nivolumap"), 3, "did you mean 'nivolumab'?"),
        (DESIGN.replace("3\n", "0\n"), 4, "patients_per_arm: input should be greater than or equal to 1, not 0"),
        (DESIGN.replace("3\n", "3000000\n"), 4, "patients_per_arm: input should be less than or equal to 1000000"),
        (DESIGN.replace("3\n", ".nan\n"), 4, ".nan is not a finite number"),
        (DESIGN.replace("3\n", f"{5000 * '9'}\n"), 4, "is no int"),
        (DESIGN + "duration_months: 1e999\n", 5, "1e999 is not a finite number"),
        (DESIGN + "duration_months: -1\n", 5, "duration_months: input should be greater than 0"),
        (DESIGN + "duration_months: !!int soon\n", 5, "soon is no int"),
        (DESIGN + "blind: perhaps\n", 5, "blind: input should be a valid boolean"),
        (DESIGN + "scans: now and then\n", 5, "scans: 'now and then' is not understood"),
        (DESIGN + "population: martians\n", 5, "population: no population is called 'martians'"),
        (DESIGN + "population: mine.yaml\n", 5, "population: mine.yaml: there is no such file"),
        (DESIGN + "reference: b\n", 5, "reference: no arm 'b'"),
        (DESIGN + "accrual_months: 24\n", 5, "accrual_months: the last patient enters after the data cut-off"),
        (DESIGN + "courses:\n  - albumin\n  - lymphocites\n", 7, "did you mean 'lymphocytes'?"),
        (DESIGN + "subsequent_therapy: sometimes\n", 5, "subsequent_therapy: input should be 'by era' or 'none'"),
        (
            DESIGN + "subsequent_therapy:\n  - {regimen: [ipilimumab 3 mg/kg IV], probability: 2}\n",
            6,
            "subsequent_therapy[0].probability: input should be less than or equal to 1, not 2",
        ),
        (DESIGN + "arms: {}\n", 5, "the key 'arms' is given twice (first on line 1)"),
        (DESIGN.replace("a:", "a: b:"), 2, "is not well-formed YAML"),
        (DESIGN + "title: [never closed\n", 6, "is not well-formed YAML"),
        (DESIGN + "\ttitle: tab\n", 5, "is not well-formed YAML"),
        (DESIGN + "title: a\x07bell\n", 5, "holds the character 0x0007"),
        (DESIGN + "---\n" + DESIGN, 5, "expected a single document"),
        (DESIGN + "title: &again [*again]\n", 5, "is nested too deeply"),
        (DESIGN + "sources: !!python/object:os.system {}\n", 5, "the tag"),
        ("", 1, "is empty"),
        ("# nothing but a comment\n", 1, "is empty"),
        ("just words\n", 1, "does not hold `key: value` pairs"),
        ("- a\n- list\n", 1, "does not hold `key: value` pairs"),
        ("patients_per_arm: 3\n", 1, "the key 'arms' is missing; add `arms: ...`"),
    ],
)
def test_mistakes_in_a_trial_file(refused, tmp_path, text, place, says):
    (tmp_path / "mine.trial.yaml").write_text(text, encoding="utf-8")
    line = refused("trial", "mine.trial.yaml")
    assert line.startswith(f"melanokine: mine.trial.yaml:{place}: "), line
    assert says in line


def test_a_mistake_in_a_population_file_names_that_file_and_line(refused, tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\ndescription: test\neraa: 2020\n", encoding="utf-8")
    (tmp_path / "trial.yaml").write_text(DESIGN + "population: mine.yaml\n", encoding="utf-8")
    line = refused("trial", "trial.yaml")
    assert "trial.yaml:5: population: mine.yaml:3: unknown key 'eraa'" in line
    assert "did you mean 'era'?" in line


class TestFilesThatCannotBeRead:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text in UTF-8"),
            (b"\x00\x01\x02\x03", "holds the character 0x0000"),
            (DESIGN.encode("utf-16"), "is not text in UTF-8"),
            (b"PK\x03\x04" + bytes(range(256)), "is not text in UTF-8"),
        ],
    )
    def test_binary(self, refused, tmp_path, content, says):
        (tmp_path / "binary.yaml").write_bytes(content)
        line = refused("trial", "binary.yaml")
        assert line.startswith("melanokine: binary.yaml:")
        assert says in line

    def test_missing(self, refused, tmp_path):
        (tmp_path / "my-trial.yaml").write_text(DESIGN, encoding="utf-8")
        assert "my-trail.yaml: there is no such file; did you mean 'my-trial.yaml'?" in refused(
            "trial", "my-trail.yaml"
        )
        assert "nowhere/t.yaml: there is no such file; check the path" in refused("trial", "nowhere/t.yaml")

    def test_folder(self, refused, tmp_path):
        (tmp_path / "folder.yaml").mkdir()
        assert "folder.yaml: is a directory; name a YAML file in it" in refused("trial", "folder.yaml")

    def test_below_a_file(self, refused, tmp_path):
        (tmp_path / "file").write_text("")
        assert "file/t.yaml: cannot be read: not a directory" in refused("trial", "file/t.yaml")

    def test_name_too_long(self, refused):
        assert "cannot be read: file name too long" in refused("trial", 300 * "n" + ".yaml")

    @POSIX
    def test_links_in_a_circle(self, refused, tmp_path):
        (tmp_path / "one.yaml").symlink_to("two.yaml")
        (tmp_path / "two.yaml").symlink_to("one.yaml")
        assert "one.yaml: cannot be read: " in refused("trial", "one.yaml")

    @LINUX
    def test_an_error_of_the_device(self, refused, tmp_path):
        """Permissions do not bind the root user; this file cannot be read by anyone."""
        (tmp_path / "device.yaml").symlink_to("/proc/self/mem")
        assert "device.yaml: cannot be read: input/output error; check" in refused("trial", "device.yaml")
