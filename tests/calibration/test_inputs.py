"""What goes into a calibration: no blind outcome, no constant of one arm, and a source for every number."""

import csv
import inspect

import pytest

from melanokine import trials
from melanokine.biology import registry  # noqa: F401  (its import fails early where the tables are broken)
from melanokine.calibration import ablation, designs, effects, ensemble, plausible, responses, selections, targets
from melanokine.calibration import fit as fitting
from melanokine.errors import InputError

WANTED = targets.from_evidence()


def rows(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_no_blind_design_is_fitted():
    """Nor is a blind arm under another name: some trials have fitted arms and, as a design of its own, a blind one."""
    assert WANTED
    library = [trials.load(name) for name in trials.names()]
    blind = [design for design in library if design.blind]
    assert blind
    assert not {target.design for target in WANTED} & {design.name for design in blind}
    hidden = {(design.nct, tuple(arm.regimen)) for design in blind if design.nct for arm in design.arms.values()}
    for chosen in designs.fitted():
        assert not chosen.design.blind
        for arm in chosen.arms:
            assert (chosen.design.nct, tuple(chosen.design.arms[arm].regimen)) not in hidden


def test_a_blind_design_is_refused(tmp_path):
    blind = next(name for name in trials.names() if trials.load(name).blind)
    file = tmp_path / "designs.csv"
    file.write_text(f"design,arm,use,why\n{blind},*,fit,to see what happens\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"designs\.csv:2: .* is blind; take the line out"):
        designs.fitted(file)


@pytest.mark.parametrize(
    ("line", "message"),
    [("checkmate-067,nivolumap,fit,x", "has no arm 'nivolumap'"), ("checkmate-067,*,fitted,x", "use 'fitted'")],
)
def test_a_wrong_line_is_named(tmp_path, line, message):
    file = tmp_path / "designs.csv"
    file.write_text(f"design,arm,use,why\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        designs.fitted(file)


def test_targets_are_what_the_evidence_says():
    for target in WANTED:
        published = trials.published(trials.load(target.design))
        own = published[(published["arm"] == target.arm) & (published["reference"] == "")]
        names = {target.name, f"{target.endpoint}_median_months"}
        assert own["endpoint"].isin(names).any(), target
        if target.name in set(own["endpoint"]):
            assert target.value == own.loc[own["endpoint"] == target.name, "value"].iloc[0]
        assert target.source
        assert target.error >= target.sampling > 0


def test_the_choice_of_arms_holds_no_number():
    assert set(rows(designs.FILE)[0]) == {"design", "arm", "use", "why"}
    assert all(row["use"] in designs.USES and row["why"] for row in rows(designs.FILE))


def test_no_constant_belongs_to_an_arm():
    """Neither the tables of the calibration nor the trial library give one arm or design a number that shapes its
    outcome: trial effects have one size for all, and arms differ by treatment, patients and evidence only."""
    names = {target.design for target in WANTED} | {target.arm for target in WANTED}
    for file in (effects.FILE, ensemble.FILE, plausible.FILE, selections.FILE, ablation.FILE):
        told = {cell for row in rows(file) for name, cell in row.items() if name not in ("note", "source")}
        assert not told & names, file
    assert all(kind.level in ("design", "era") for kind in effects.effects())
    for name in trials.names():
        for arm in trials.load(name).arms.values():
            assert set(type(arm).model_fields) == {"regimen", "patients", "evidence"}
    own = "".join(inspect.getsource(module) for module in (fitting, responses, targets, effects, ensemble))
    assert not [name for name in names if f'"{name}"' in own]


def test_arms_of_a_trial_share_everything_but_their_treatment():
    for plan in responses.arm_plans(WANTED):
        if plan.arm != selections.ARM:
            library = trials.load(plan.design.name)
            kept = plan.design.model_dump(exclude={"duration_months", "accrual_months"})
            assert kept == library.model_dump(exclude={"duration_months", "accrual_months"})


def test_every_number_of_the_tables_has_a_source_or_is_assumed():
    for file in (effects.FILE, ensemble.FILE, plausible.FILE, selections.FILE):
        for row in rows(file):
            assert row["how"] == "assumed" or row["source"], (file.name, row)


def test_ablations_name_parameters_of_the_model():
    from melanokine.patients.model import model_of
    from melanokine.patients.parameters import parameter_table

    for each in ablation.ablations():
        table = parameter_table(model_of(()), each.population("advanced melanoma, first line"))
        for name, (value, _) in each.held.items():
            assert table[name].distribution == "fixed"
            assert table[name].value == pytest.approx(value)


def test_sampling_error_of_none_out_of_few_says_little():
    assert targets.sampling_error(50.0, 100) == pytest.approx(5.0, rel=0.01)
    assert targets.sampling_error(0.0, 26) > 3.0
