"""Neutrophils, platelets, haemoglobin and the absolute lymphocyte count.

* Neutrophils leave blood for tissue while cytokines act: IL-15 given daily fills the sinusoids of liver and spleen
  with them while the marrow is rich (monkeys, Blood 117:4787), and a dose of IFN-gamma takes granulocytes to 70 %
  within a day (16 patients with kidney cancer). dN/dt = turnover (baseline - N) - departure effect N.
* Platelets are consumed on leaking endothelium: three quarters of patients on high-dose IL-2 become thrombocytopenic,
  below 30 per nL in 2.2 % of cycles (PMID 7842405), and fall on daily IL-10 (doi 10.1016/S0009-9236(97)90065-5).
  dP/dt = turnover (baseline - P) - (consumption leak + k_10 C) P.
* Haemoglobin falls by blood drawn, by dilution and by macrophages that IFN-gamma and IL-6 activate; infused IL-6 makes
  a reversible anaemia (PMID 7520334), and erythrocytes were transfused in 14 % of courses of high-dose IL-2 (PMID
  7842405). Daily IL-10 makes anaemia in half of the patients (doi 10.1200/JCO.2016.68.1106).
  dH/dt = recovery (baseline - H) - (removal effect + h_10 C) H.

C is the conditioning by IL-10 above rest (il10.py), which takes weeks, and `effect` that of IFN-gamma and IL-6 together
(`cytokine_release`). The lymphocyte count is the patient's own baseline times the relative count of `lymphocytes`.
"""

from __future__ import annotations

from melanokine.network import Network, maximum


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("neutrophils", "Gcell/L", compartment="blood", scale=1.0, initial=net.neutrophil_baseline)
    net.species("platelets", "Gcell/L", compartment="blood", scale=100.0, initial=net.platelet_baseline)
    net.species("haemoglobin", "g/dL", compartment="blood", scale=1.0, initial=net.haemoglobin_baseline)


def connect(net: Network) -> None:
    effect = net.cytokine_effect
    renewal = net.neutrophil_turnover * (net.neutrophil_baseline - net.neutrophils)
    net.reaction("neutrophil_renewal", {"neutrophils": 1}, renewal)
    departure = net.neutrophil_departure * effect * net.neutrophils
    net.reaction("neutrophil_departure", {"neutrophils": -1}, departure)

    renewal = net.platelet_turnover * (net.platelet_baseline - net.platelets)
    net.reaction("platelet_renewal", {"platelets": 1}, renewal)
    conditioned = maximum(net.il10_conditioning_excess, 0)
    consumption = net.platelet_consumption * net.vascular_leak + net.platelet_il10_loss * conditioned
    net.reaction("platelet_consumption", {"platelets": -1}, consumption * net.platelets)

    renewal = net.haemoglobin_recovery * (net.haemoglobin_baseline - net.haemoglobin)
    net.reaction("haemoglobin_renewal", {"haemoglobin": 1}, renewal)
    removal = net.haemoglobin_removal * effect + net.haemoglobin_il10_loss * conditioned
    net.reaction("haemoglobin_removal", {"haemoglobin": -1}, removal * net.haemoglobin)

    net.observable("neutrophils", net.neutrophils, "Gcell/L")
    net.observable("platelets", net.platelets, "Gcell/L")
    net.observable("haemoglobin", net.haemoglobin, "g/dL")
    net.observable("lymphocyte_count", net.lymphocyte_baseline * net.lymphocytes, "Gcell/L")
