"""NK cells in culture with two cytokines: the IFN-gamma that IL-12 evokes with IL-18, relative to that with IL-15.

The rate law is that of the patient (biology/il18.py), at the concentrations usual in such cultures: 10 ng/mL of IL-12,
100 of IL-18 and of IL-15; the abstract of Fehniger 1999 (PMID 10201989) gives none.
"""

from __future__ import annotations

from pathlib import Path

from melanokine.biology import il2_receptor, il12, il18
from melanokine.network import Network, Parameter, evaluate, read_parameters, saturation

PICOMOLAR = {"il12": 10 / 70e-3, "il18": 100 / 18.2e-3, "il15": 100 / 12.8e-3}
"""By molar masses of 70, 18.2 and 12.8 kDa."""


def interferon(*cytokines: str) -> float:
    """IFN-gamma made with these cytokines (of PICOMOLAR), relative to none."""
    net = Network("culture")
    for module in (il12, il18, il2_receptor):
        for parameter in read_parameters(Path(str(module.__file__)).with_suffix(".csv")):
            net.parameter(parameter)
    for name, level in PICOMOLAR.items():
        net.parameter(Parameter(name, level if name in cytokines else 0.0, "pM"))
    s12, s5 = il12.bound(net, net.il12), saturation(net.il15, net.il15_betagamma_affinity)
    n18 = il18.signal(net, il18.complexes(net, net.il18, il18.receptors(net, s5, s12)))
    made = il18.interferon_gain(net, n18, s12, s5, s12)
    row = [parameter.value for parameter in net.parameters.values()]
    return float(evaluate(net.graph, [made.node], parameters=row)[0])
