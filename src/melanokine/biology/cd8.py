"""CD8 T cells in the tumour: stem-like, effector, terminally exhausted, and resident memory.

Stem-like cells (TCF1+ PD-1+) sustain the response and answer PD-1 blockade (Siddiqui 2019, doi
10.1016/j.immuni.2018.12.021; Sade-Feldman 2018, doi 10.1016/j.cell.2018.10.038). They arrive from the node and divide
on arrival in niches of antigen-presenting cells (Prokhnevska 2023, doi 10.1016/j.immuni.2022.12.002), renew
asymmetrically as they give rise to effectors, and are restrained in this by PD-1. Antigen drives effectors into
terminal exhaustion. Where antigen has gone, stem-like cells and some effectors stay as tissue memory, which persists
for years in patients with durable responses (Han 2021, doi 10.1038/s43018-021-00180-1), kills what returns, and is
recalled by antigen: without it every response relapses in this model.

IL-18 that escapes its binding protein expands the stem-like pool and leaves fewer cells exhausted (TCF1 and TOX under
decoy-resistant IL-18, mice: Zhou 2020, doi 10.1038/s41586-020-2422-6): with its signal N18 renewal becomes
renewal + (1 - renewal) gain N18, and the rate of exhaustion k_X (1 - z_18 N18). IL-10 at high concentration makes
effectors and exhausted cells that see antigen live longer and divide (IL-10-Fc in mice: Guo 2021, doi
10.1038/s41590-021-00940-2; PD-1+ LAG-3+ cells in patients: Naing 2018, doi 10.1016/j.ccell.2018.10.007).

IL-2 makes stem-like cells multiply and turn into better effectors largely through its alpha chain: blocking it, or
IL-2 that binds beta-gamma only, abolished the synergy with PD-1 blockade in mice (Hashimoto 2022, doi
10.1038/s41586-022-05257-0; Codarri Deak 2022, doi 10.1038/s41586-022-05192-0). Their signal s is hence that of
complexes with alpha to the part w, and that of all complexes to the rest.

With antigen A in 0..1 (recognition.py), that signal s of IL-2, t = A times that of IL-10, and AICD memory a:

    differentiation d = k A (1 - y inhibition) S     takes (1 - renewal) S, gives n E,
    S: homing + (r_A A + r_s s) S / crowding - d_S S,
    E: homing + (r s A + r_t t) E / crowding - d_E (1 - z s) (1 - z_t t) E - k_a a E,
    X: r_t t X / crowding - d_X (1 - z_t t) X,
    E -> X at k_X A,    S -> T at k_T (1 - A),    E -> T at w k_T (1 - A),    T -> S at k_R A,    T dies.

Each cell that homes, past the stroma (stroma.py), leaves the blood and has its progeny on arrival.
"""

from __future__ import annotations

from melanokine.biology.lesions import total
from melanokine.network import Network, Scope


def declare(net: Network) -> None:
    net.load(__file__)
    for lesion in net.lesions:
        for name in ("stem_like", "effector", "tissue_memory", "exhausted"):
            lesion.species(name, "Mcell", compartment="lesion", scale=1.0)


def connect(net: Network) -> None:
    by_alpha = net.renewal_alpha_share
    net.rule("signal_renewal", by_alpha * net.signal_alpha_excess + (1 - by_alpha) * net.signal_effector_excess)
    for lesion in net.lesions:
        _arrival(net, lesion)
        _stem_like(net, lesion)
        _effector(net, lesion)
        _memory(net, lesion)
    subsets = ("stem_like", "effector", "tissue_memory", "exhausted")
    net.observable("tumour_cd8", total(lesion[name] for lesion in net.lesions for name in subsets), "Mcell")


def _arrival(net: Network, lesion: Scope) -> None:
    entry = lesion.homing * lesion.chemokines * lesion.stroma_entry
    stem_like = net.stem_like_homing_rate * entry * net.stem_like_blood
    effector = net.effector_homing_rate * entry * net.effector_blood
    lesion.reaction("homing_stem_like", {"stem_like_blood": -1, "stem_like": net.arrival_progeny}, stem_like)
    lesion.reaction("homing_effector", {"effector_blood": -1, "effector": net.arrival_progeny}, effector)


def _stem_like(net: Network, lesion: Scope) -> None:
    cells = lesion.stem_like
    crowding = 1 + cells / (net.stem_like_room * lesion.tissue)
    drive = net.stem_like_antigen_growth * lesion.antigen + net.stem_like_signal_growth * net.signal_renewal
    lesion.reaction("stem_like_growth", {"stem_like": 1}, drive * cells / crowding)
    restraint = 1 - net.pd1_on_differentiation * lesion.pd1_inhibition
    differentiation = net.differentiation_rate * lesion.antigen * restraint * cells
    renewed = net.asymmetric_renewal + (1 - net.asymmetric_renewal) * net.renewal_il18_gain * net.il18_signal_cd8
    progeny = {"stem_like": renewed - 1, "effector": net.effector_progeny}
    lesion.reaction("differentiation", progeny, differentiation)
    lesion.reaction("stem_like_death", {"stem_like": -1}, net.stem_like_loss * cells)


def _effector(net: Network, lesion: Scope) -> None:
    cells, signal = lesion.effector, net.signal_renewal
    il10 = lesion.rule("il10_stimulation", net.il10_cd8 * lesion.antigen)
    crowding = 1 + cells / (net.effector_room * lesion.tissue)
    growth = net.effector_signal_growth * signal * lesion.antigen + net.il10_growth * il10
    lesion.reaction("effector_growth", {"effector": 1}, growth * cells / crowding)
    death = net.effector_loss * (1 - net.effector_signal_rescue * signal) * (1 - net.il10_rescue * il10)
    lesion.reaction("effector_death", {"effector": -1}, death * cells)
    induced = net.activation_death_sensitivity * net.activation_death * cells
    lesion.reaction("effector_activation_death", {"effector": -1}, induced)
    exhaustion = net.exhaustion_rate * (1 - net.exhaustion_il18_relief * net.il18_signal_cd8)
    lesion.transfer("exhaustion", "effector", "exhausted", exhaustion * lesion.antigen * cells)

    exhausted = lesion.exhausted
    crowding = 1 + exhausted / (net.effector_room * lesion.tissue)
    lesion.reaction("exhausted_growth", {"exhausted": 1}, net.il10_growth * il10 * exhausted / crowding)
    lesion.reaction("exhausted_death", {"exhausted": -1}, net.exhausted_loss * (1 - net.il10_rescue * il10) * exhausted)


def _memory(net: Network, lesion: Scope) -> None:
    unstimulated = net.residence_rate * (1 - lesion.antigen)
    lesion.transfer("residence_stem_like", "stem_like", "tissue_memory", unstimulated * lesion.stem_like)
    settling = net.effector_residence_share * unstimulated * lesion.effector
    lesion.transfer("residence_effector", "effector", "tissue_memory", settling)
    recalled = net.tissue_recall_rate * lesion.antigen * lesion.tissue_memory
    lesion.transfer("tissue_recall", "tissue_memory", "stem_like", recalled)
    lesion.reaction("tissue_memory_death", {"tissue_memory": -1}, net.tissue_memory_loss * lesion.tissue_memory)
