"""Which mechanisms make up the model, in the order in which they are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from melanokine.network import Network, lint

MECHANISMS = (
    "clock",
    "targets",
    "il2_receptor",
    "il2_endogenous",
    "il15",
    "il2_signal",
    "il10",
    "il12",
    "il18",
    "activation_death",
    "lymphocytes",
    "il2_uptake",
    "lymphodepletion",
    "adoptive",
    "melanoma",
    "recognition",
    "pd1",
    "lag3",
    "ctla4",
    "homing",
    "natural_killer",
    "regulatory",
    "myeloid",
    "stroma",
    "interferon",
    "chemotherapy",
    "killing",
    "antigen",
    "helper",
    "priming",
    "cd8",
    "systemic_interferon",
    "cytokine_release",
    "eosinophils",
    "blood_counts",
    "vascular_leak",
    "immune_toxicity",
)
"""Names of modules of this package: `declare(net)` puts in species and parameters, `connect(net)` rules and reactions.

A mechanism is connected after those whose rules it uses.
"""


def build(drugs: Iterable[Callable[[Network], None]] = (), *, lesions: int = 3) -> Network:
    """The network of all mechanisms and of the drugs given as functions that add themselves to it; linted."""
    net = Network("melanoma", lesions=lesions)
    modules = [(name, import_module(f"melanokine.biology.{name}")) for name in MECHANISMS]
    for name, module in modules:
        with net.module(name):
            module.declare(net)
    for add in drugs:
        add(net)
    for name, module in modules:
        with net.module(name):
            module.connect(net)
    lint(net)
    return net
