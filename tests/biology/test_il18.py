"""IL-18, its binding protein, and what passes: in culture, in the bench, and in patients given IL-18."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from melanokine import drugs
from melanokine.biology import il12, il18
from melanokine.drugs import Regimen
from melanokine.network import Network, Parameter, evaluate, read_parameters, saturation
from melanokine.patients import Model, diagnose, schedule, simulate

from .conftest import Bench

NATIVE, RESISTANT = "iboctadekin", "st067"
RECOGNISED = {"st067_decoy_affinity": 1.0}


@cache
def model() -> Model:
    """Native and decoy-resistant IL-18, nivolumab and aldesleukin."""
    return Model([drugs.load(name) for name in (NATIVE, RESISTANT, "nivolumab", "aldesleukin")])


PICOMOLAR = {"il12": 10 / 70e-3, "il18": 100 / 18.2e-3, "il15": 100 / 12.8e-3}
"""Of 10, 100 and 100 ng/mL, by molar masses of 70, 18.2 and 12.8 kDa."""

TURNOVER_OFF = {"il18_loss": 0.0, "il18bp_loss": 0.0, "il18bp_complex_loss": 0.0}


class TestBinding:
    @pytest.mark.parametrize(("affinity", "free"), [(15.0, 0.21), (400.0, 0.88)])
    def test_free_share_of_healthy_plasma(self, bench, affinity, free):
        """Mass action with 3.5 pM IL-18 and 57 pM IL-18BPa in all (recomputed from doi 10.1006/cyto.2001.0914)."""
        share = bench.observe("il18_free", il18bp_affinity=affinity) / bench.observe(
            "il18_total", il18bp_affinity=affinity
        )
        assert share == pytest.approx(free, abs=0.05)
        assert bench.observe("il18_total", il18bp_affinity=affinity) == pytest.approx(3.5)
        assert bench.observe("il18_binding_protein", il18bp_affinity=affinity) == pytest.approx(57.0, abs=3.0)

    def test_neither_partner_is_made_or_lost_in_binding(self, bench):
        for free, protein, bound in [(100.0, 50.0, 1.0), (1.0, 500.0, 200.0)]:
            state = {"il18_endogenous": free, "il18bp": protein, "il18bp_complex": bound}
            rates = bench.rates(state, **TURNOVER_OFF)
            assert abs(rates["il18bp_complex"]) > 1.0
            for partner in ("il18_endogenous", "il18bp"):
                assert rates[partner] == pytest.approx(-rates["il18bp_complex"], rel=1e-12)

    def test_a_drug_binds_as_il18_does_and_a_resistant_one_does_not(self, drug_bench):
        for drug, binds in ((NATIVE, True), (RESISTANT, False)):
            clearance = f"{drug}_clearance"
            rates = drug_bench.rates({f"{drug}_central": 1e4, "il18_endogenous": 0.0}, **TURNOVER_OFF, **{clearance: 0})
            bound = rates[f"{drug}_central_il18bp"]
            assert bound > 1.0 if binds else bound == 0.0
            assert rates[f"{drug}_central"] == pytest.approx(-bound, rel=1e-12)

    def test_interferon_induces_the_binding_protein_up_to_a_hundredfold(self, bench):
        made = [bench.rates({"il18bp": 0.0, "il18_endogenous": 0.0, "il18bp_complex": 0.0, "interferon_plasma": x})
                for x in (0.0, 0.2, 2.2, 1e6)]  # fmt: skip
        made = [rates["il18bp"] for rates in made]
        assert made[0] == made[1]
        assert made[2] / made[1] == pytest.approx(1 + bench.medians["il18bp_induction"] / 2)
        assert made[3] / made[1] == pytest.approx(1 + bench.medians["il18bp_induction"], rel=1e-3)


class TestReceptor:
    def test_both_chains_bind_half_at_400_pm(self, bench):
        share = bench.value("il18_complexes_nk", {"il18_endogenous": 400.0 * bench.medians["il18_volume"]})
        assert share == pytest.approx(0.5, rel=1e-3)

    @pytest.mark.parametrize("cell", ["nk", "cd8"])
    def test_signal_is_an_excess_between_0_and_1(self, bench, cell):
        levels = [bench.value(f"il18_signal_{cell}", {"il18_endogenous": x}) for x in (0.0, 1e2, 1e4, 1e9)]
        assert bench.value(f"il18_signal_{cell}") == pytest.approx(0.0, abs=1e-12)
        assert levels[0] == 0.0
        assert levels == sorted(levels)
        assert 0.5 < levels[-1] < 1.0

    def test_interleukin_2_and_12_raise_the_receptor(self, bench):
        for cause in ({"signal_nk": 0.5}, {"dendritic": 0.9}):
            assert bench.value("il18_complexes_nk", cause) > bench.value("il18_complexes_nk")

    def test_low_levels_suppress_before_they_activate(self, bench):
        low = {"il18_endogenous": 12.0 * bench.medians["il18_volume"]}
        assert bench.value("il18_suppression", low) > 3 * bench.value("il18_signal_nk", low)
        assert bench.value("nk_kill_1", {**low, "nk_turned": 0.45}) < bench.value("nk_kill_1")
        high = {"il18_endogenous": 1e4, "nk_turned": 0.85}
        assert bench.value("nk_kill_1", high) > bench.value("nk_kill_1")

    def test_binding_protein_of_the_tumour_is_titrated(self, bench):
        """F + F T / (F + K) = E, whatever K."""
        for amount in (1.0, 300.0, 1e5):
            state = {"il18_endogenous": amount}
            entered = bench.medians["il18_tumour_penetration"] * amount / bench.medians["il18_volume"]
            free = entered / (1 + bench.value("il18_tied", state))
            protein = bench.medians["il18bp_tumour_ratio"] * bench.value("il18bp_total", state)
            assert free * (1 + protein / (free + bench.medians["il18bp_affinity"])) == pytest.approx(entered, rel=1e-9)


class TestCulture:
    """Human NK cells with IL-12 10, IL-18 100 and IL-15 100 ng/mL (Fehniger 1999, PMID 10201989).

    The doses are those usual in such cultures; the abstract gives none.
    """

    def gain(self, *cytokines: str) -> float:
        net = Network("culture")
        for module in (il12, il18):
            for parameter in read_parameters(Path(module.__file__).with_suffix(".csv")):
                net.parameter(parameter)
        for name, level in PICOMOLAR.items():
            net.parameter(Parameter(name, level if name in cytokines else 0.0, "pM"))
        net.parameter(Parameter("il15_betagamma_affinity", 930.0, "pM"))
        s12, s5 = il12.bound(net, net.il12), saturation(net.il15, net.il15_betagamma_affinity)
        n18 = il18.signal(net, il18.complexes(net, net.il18, il18.receptors(net, s5, s12)))
        gain = il18.interferon_gain(net, n18, s12, s5, s12)
        row = [parameter.value for parameter in net.parameters.values()]
        return float(evaluate(net.graph, [gain.node], parameters=row)[0])

    @pytest.mark.parametrize("alone", ["il12", "il18", "il15"])
    def test_none_does_anything_alone(self, alone):
        assert self.gain(alone) == 1.0

    def test_il12_with_il18(self):
        """mRNA 1393 (SE 643)-fold."""
        assert 750 < self.gain("il12", "il18") < 2036

    def test_il12_with_il15(self):
        """mRNA 45 (SE 19)-fold, protein 24 (SE 10) ng/mL against 225 (SE 52): the ratio has a wide error."""
        fold = self.gain("il12", "il15")
        assert 26 < fold < 75
        assert 225 / 34 < self.gain("il12", "il18") / fold < 225 / 14

    def test_all_three_are_no_less(self):
        assert self.gain("il12", "il15", "il18") > self.gain("il12", "il18")


class TestPatients:
    """2-hour infusions on five days, 3 to 1000 ug/kg (doi 10.1158/1078-0432.CCR-06-0121)."""

    DOSES = (3, 30, 100, 300, 1000)

    @pytest.mark.parametrize("dose", [3, 1000])
    def test_total_il18_accumulates(self, dose):
        """2.5-fold over five daily doses."""
        data = course(f"{NATIVE} {dose / 1000:g} mg/kg IV daily for 5 doses")
        total = data["il18_total"] - data["il18_total"].isel(time=0)
        ratio = total.sel(time=4.125) / total.sel(time=0.125)
        assert float(ratio.median()) == pytest.approx(2.5, rel=0.25)

    def test_binding_protein_rises_in_all_tenfold_and_more(self):
        """25 of 25; 10- to 100-fold."""
        folds = np.concatenate([self.rise("il18_binding_protein", dose) for dose in self.DOSES])
        assert (folds > 1.2).all()
        assert 10 < np.median(folds) < 100
        assert ((folds > 10) & (folds < 100)).mean() > 0.6

    def test_interferon_rises_beyond_detection_in_most(self):
        """15 of 25; 1 pM (17 pg/mL) is about the limit of an immunoassay."""
        peaks = [self.peak("interferon_plasma", dose) for dose in self.DOSES]
        assert 0.4 < (np.concatenate(peaks) > 1.0).mean() < 0.85

    def test_lymphopenia_is_common_and_passes(self):
        """Grade 1 to 3 in 16 of 25: below 0.6 of a count of 1.6 per nL."""
        data = [self.daily(dose)["lymphocytes"] for dose in (3, 100)]
        lowest = np.concatenate([(x / x.isel(time=0)).min("time") for x in data])
        assert 0.35 < (lowest < 0.65).mean() < 0.85
        assert lowest.min() > 0.1
        assert float((data[0].isel(time=-1) / data[0].isel(time=0)).median()) > 0.9

    def test_binding_protein_blunts_what_it_recognises(self):
        """10 ug/kg weekly: were the variant recognised, far less of its signal would be left in the tumour."""
        regimen = f"{RESISTANT} 0.01 mg/kg SC weekly for 4 doses"
        resistant, recognised = tumour_signal(regimen), tumour_signal(regimen, **RECOGNISED)
        assert np.median(resistant) > 0.3
        assert np.median(recognised) < 0.5 * np.median(resistant)

    def test_induction_is_what_blunts_it(self):
        """Without IFN-gamma's induction of the binding protein, half and more of the variant's signal is left."""
        regimen = f"{RESISTANT} 0.01 mg/kg SC weekly for 4 doses"
        induced, plain = (
            tumour_signal(regimen, **RECOGNISED),
            tumour_signal(regimen, **RECOGNISED, il18bp_induction=0.0),
        )
        assert np.median(plain) > 2 * np.median(induced)

    def test_without_il18_nothing_happens(self):
        data = course("nivolumab 240 mg IV every 2 weeks for 2 doses")
        assert float(data["il18_signal"].max()) < 0.01
        protein = data["il18_binding_protein"]
        assert float((protein / protein.isel(time=0)).median("patient").max()) < 1.1

    def daily(self, dose):
        return course(f"{NATIVE} {dose / 1000:g} mg/kg IV daily for 5 doses")

    def peak(self, name, dose):
        return self.daily(dose)[name].max("time").values

    def rise(self, name, dose):
        return self.peak(name, dose) / self.daily(dose)[name].isel(time=0).values


@pytest.fixture(scope="module")
def drug_bench():
    return Bench(model().network)


@cache
def patients():
    return diagnose(model(), "advanced melanoma, first line", 25, seed=1)


@cache
def course(regimen: str):
    """25 patients over four weeks, eight times a day."""
    states = [state.name for state in model().equations.states]
    return simulate(model(), patients(), regimen, days=28.0, times=np.linspace(0.0, 28.0, 225), states=states)


def tumour_signal(regimen: str, **changes: float) -> np.ndarray:
    """Mean IL-18 signal of tumour CD8 T cells in the last of four weeks, per patient."""
    cohort, made = patients(), model()
    if not changes:
        data = course(regimen)
        states = np.stack([data[state.name].values for state in made.equations.states], axis=-1)
        rows = cohort.parameters
    else:
        rows = cohort.parameters.copy()
        for name, value in changes.items():
            rows[:, list(made.equations.parameters).index(name)] = value
        plan = schedule([Regimen.parse(regimen, drugs=tuple(made.drugs.values()))], made, 28.0)
        times = np.linspace(0.0, 28.0, 225)
        states = made.kernel.integrate(rows, cohort.states, schedule=plan, times=times).states
    node = made.network.symbols["il18_signal_cd8"].node
    return evaluate(made.equations.graph, [node], states[:, 168:], rows[:, None, :])[0].mean(axis=1)
