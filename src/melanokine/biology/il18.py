"""IL-18, its binding protein, and what the two let through to NK and CD8 T cells.

Plasma holds 3.5 pM of IL-18 and a many-fold excess of IL-18 binding protein (IL-18BP; Novick 2001, doi
10.1006/cyto.2001.0914), which takes it out of action. The binding protein is induced by IFN-gamma through STAT1 (PMID
10673399), so that IL-18 silences itself: it rose in all of 25 patients given IL-18 (Robertson 2006, doi
10.1158/1078-0432.CCR-06-0121). A decoy-resistant variant escapes (Zhou 2020, doi 10.1038/s41586-020-2422-6).
How tightly the pair binds is disputed (15 or 400 pM), so K_BP is drawn from the whole range. For every ligand i at
concentration L_i, binding protein B and complex X_i as amounts, d_i the affinity for the decoy relative to IL-18:

    binding i:  k_on d_i L_i B - k_off X_i,    k_off = k_on K_BP,    X_i lost at its own rate,
    secretion of endogenous IL-18 x what conditioning by IL-10 adds (il10.py),
    secretion of B:  (d_B B_rest + d_X X_rest) (1 + fold R / (R + half)),   R = I / I_rest - 1 >= 0,

with I the IFN-gamma in plasma (systemic_interferon.py), and B lost at d_B.

Free IL-18 binds IL-18Ralpha (18.5 nM), and the complex recruits the scarcer IL-18Rbeta, which tightens it to 0.4 nM.
Tumours make binding protein of their own (Zhou 2020): where it amounts to T, what is left of the IL-18 that enters, E,
is the positive root of F + F T / (F + K_BP) = E. IL-12 and common-gamma cytokines raise the receptor by a factor u
(Fehniger 1999, PMID 10201989; Kunikata 1998, PMID 9790727). With complexes c relative to the beta chains of a resting
NK cell,

    c = u L / (L + K_alpha / (1 + g u)),    N18 = c / (c + K_N),

and mechanisms respond to the excess of N18 over rest. The suppressive face needs less: IL-18 at low levels puts PD-1 on
NK cells and makes Kit+ PD-L1+ NK cells that suppress (mice: Terme 2011, 2012, doi 10.1158/0008-5472.CAN-11-0993,
10.1158/0008-5472.CAN-11-3379), the share c / (c + K_low) in excess of rest. IFN-gamma production is multiplied by

    1 + a N18 S12 + b S5 (S12 - S12_untreated),

S12 from il12.py, S5 the signal of IL-2 and IL-15. None of the three cytokines does anything alone, as in culture
(Fehniger 1999); what IL-2 does with IL-12 of the untreated level is part of its own gain (interferon.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from melanokine.network import Ligand, Network, Quantity, maximum, saturation, square_root

ENDOGENOUS = "il18_endogenous"


def declare(net: Network) -> None:
    net.load(__file__)
    free, rest = net.il18_volume * _resting_free(net), net.il18_volume * net.il18bp_resting
    net.species(ENDOGENOUS, "pmol", compartment="plasma", scale=1.0, initial=free)
    net.species("il18bp", "pmol", compartment="plasma", scale=100.0, initial=rest)
    net.species("il18bp_complex", "pmol", compartment="plasma", scale=1.0, initial=_resting_complex(net))
    itself = free / free
    net.role("il18_ligand").append(
        Ligand(
            name="endogenous",
            amount=ENDOGENOUS,
            volume=net.il18_volume,
            concentration=net[ENDOGENOUS] / net.il18_volume,
            affinity={"receptor": itself, "decoy": itself},
            enrichment=itself,
            local=_resting_free(net) - _resting_free(net),
        )
    )


def connect(net: Network) -> None:
    complexes = [_binding(net, ligand) for ligand in net.role("il18_ligand")]
    _endogenous(net)
    _binding_protein(net)
    free = sum(ligand.concentration for ligand in net.role("il18_ligand"))
    bound = sum(complexes) / net.il18_volume
    net.observable("il18_free", free, "pM")
    net.observable("il18_total", free + bound, "pM")
    protein = net.rule("il18bp_total", net.il18bp / net.il18_volume + bound)
    net.observable("il18_binding_protein", protein, "pM")
    _signals(net)


def _binding(net: Network, ligand: Ligand) -> Quantity:
    """Let `ligand` bind the binding protein; returns the amount of its complex."""
    name = "il18bp_complex"
    if ligand.amount != ENDOGENOUS:
        name = f"{ligand.amount}_il18bp"
        net.species(name, "pmol", compartment="plasma", scale=100.0)
    association = net.il18bp_association * ligand.affinity["decoy"] * ligand.concentration * net.il18bp
    net.reaction(f"{name}_association", {ligand.amount: -1, "il18bp": -1, name: 1}, association)
    dissociation = net.il18bp_association * net.il18bp_affinity * net[name]
    net.reaction(f"{name}_dissociation", {name: -1, ligand.amount: 1, "il18bp": 1}, dissociation)
    net.reaction(f"{name}_loss", {name: -1}, net.il18bp_complex_loss * net[name])
    return net[name]


def _endogenous(net: Network) -> None:
    lost_bound = net.il18bp_complex_loss * _resting_complex(net)
    made = net.il18_loss * net.il18_volume * _resting_free(net) + lost_bound
    net.reaction("il18_secretion", {ENDOGENOUS: 1}, made * net.il10_il18_rise)
    net.reaction("il18_loss_free", {ENDOGENOUS: -1}, net.il18_loss * net[ENDOGENOUS])


def _binding_protein(net: Network) -> None:
    rest = net.species_table["interferon_plasma"].initial
    risen = maximum(net.interferon_plasma / rest - 1, 0)
    induction = 1 + net.il18bp_induction * saturation(risen, net.il18bp_interferon_half)
    lost_bound = net.il18bp_complex_loss * _resting_complex(net)
    made = net.il18bp_loss * net.il18_volume * net.il18bp_resting + lost_bound
    net.reaction("il18bp_secretion", {"il18bp": 1}, made * induction)
    net.reaction("il18bp_loss_free", {"il18bp": -1}, net.il18bp_loss * net.il18bp)


@dataclass(frozen=True)
class Place:
    """Where IL-18 meets cells: its concentration there now and at rest, and the signal of common-gamma cytokines."""

    exposure: Quantity
    resting: Quantity
    gamma: Quantity
    copies: Quantity | int
    """Receptors of the cells there relative to NK cells."""

    def complexes(self, net: Network) -> Quantity:
        raised = receptors(net, self.gamma, net.il12_signal_excess)
        return self.copies * complexes(net, self.exposure, raised)

    def resting_complexes(self, net: Network) -> Quantity:
        return self.copies * complexes(net, self.resting)


def _signals(net: Network) -> None:
    free = _resting_free(net)
    plasma = sum(x.affinity["receptor"] * x.concentration for x in net.role("il18_ligand"))
    in_blood = Place(plasma, free, maximum(net.signal_nk_excess, 0), 1)
    entered = net.il18_tumour_penetration * free
    resting_protein = net.il18bp_resting + net.il18_resting - free
    at_rest = entered / (1 + _tied(net, entered, resting_protein))
    gamma = maximum(net.signal_effector_excess, 0)
    in_tumour = Place(_tumour(net), at_rest, gamma, net.il18_receptors_cd8_relative)
    for cell, place, suffix in (("nk", in_blood, ""), ("cd8", in_tumour, "_tumour")):
        now, rest = net.rule(f"il18_complexes_{cell}", place.complexes(net)), place.resting_complexes(net)
        excess = signal(net, now) - signal(net, rest)
        heard = net.rule(f"il18_signal_{cell}", maximum(excess, 0))
        gain = interferon_gain(net, heard, net.il12_signal, place.gamma, net.il12_signal_excess)
        net.rule(f"interferon_gain_il18{suffix}", gain)

    low = saturation(net.il18_complexes_nk, net.il18_suppression_half)
    low_at_rest = saturation(in_blood.resting_complexes(net), net.il18_suppression_half)
    suppression = net.rule("il18_suppression", maximum(low - low_at_rest, 0))
    recruitment = net.rule("il18_myeloid_recruitment", net.il18_myeloid_gain * suppression)
    net.observable("il18_myeloid_recruitment", recruitment)
    net.observable("il18_signal", net.il18_signal_nk)


def _tumour(net: Network) -> Quantity:
    """Exposure of cells in the tumour, past the binding protein there."""
    penetration = net.il18_tumour_penetration
    entered = [(x.affinity, penetration * x.enrichment * x.concentration + x.local) for x in net.role("il18_ligand")]
    tied = net.rule("il18_tied", _tied(net, sum(x["decoy"] * level for x, level in entered), net.il18bp_total))
    return sum(x["receptor"] * level / (1 + x["decoy"] * tied) for x, level in entered)


def _tied(net: Network, entered: Quantity, protein: Quantity) -> Quantity:
    """IL-18 bound in the tumour for each one free, where so much `entered` and plasma holds so much `protein`.

    Of ligands with a partial affinity for the decoy each is bound in proportion to it.
    """
    half_lacking = (net.il18bp_tumour_ratio * protein + net.il18bp_affinity - entered) / 2
    root = square_root(half_lacking**2 + net.il18bp_affinity * entered)
    return (half_lacking + root) / net.il18bp_affinity - 1


def receptors(net: Network, gamma: Quantity, more_s12: Quantity) -> Quantity:
    """u: receptors under common-gamma cytokines and IL-12, relative to rest."""
    return 1 + net.il18_receptor_gamma_gain * gamma + net.il18_receptor_il12_gain * more_s12


def complexes(net: Network, concentration: Quantity, raised: Quantity | int = 1) -> Quantity:
    """IL-18 with both chains of its receptor, relative to the beta chains of a resting NK cell."""
    apparent = net.il18_alpha_affinity / (1 + net.il18_beta_gain * raised)
    return raised * saturation(concentration, apparent)


def signal(net: Network, occupied: Quantity) -> Quantity:
    """N18 of so many complexes."""
    return saturation(occupied, net.il18_signal_half)


def interferon_gain(net: Network, n18: Quantity, s12: Quantity, s5: Quantity, more_s12: Quantity) -> Quantity:
    """Factor on IFN-gamma production; `more_s12` is the IL-12 signal above that of the untreated patient."""
    return 1 + net.interferon_il18_il12_synergy * n18 * s12 + net.interferon_gamma_il12_synergy * s5 * more_s12


def _resting_free(net: Network) -> Quantity:
    """Free IL-18 in plasma at rest: an expression of parameters only."""
    balance = net.il18bp_affinity + net.il18bp_complex_loss / net.il18bp_association
    return net.il18_resting / (1 + net.il18bp_resting / balance)


def _resting_complex(net: Network) -> Quantity:
    """Amount of the complex at rest."""
    return net.il18_volume * (net.il18_resting - _resting_free(net))
