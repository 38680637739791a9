"""Transferred T cells: tumour-infiltrating lymphocytes grown from a resected lesion, or engineered cells.

What is infused is held up in the lung, then engrafts or dies. Only part of the cells see the tumour: of CD8 cells in
fresh metastases 0.5 to 2 % saw MART-1 or gp100 (J Immunother 2002, PMID 12000867), and products see private antigens as
well. Those join the patient's own tumour-specific cells in blood, part of them stem-like, and home, divide, kill, tire
and die as these do; the others join the CD8 cells of blood. Responses go with the number of CD8+CD27+ cells infused and
with persistence at one month (Rosenberg 2011, doi 10.1158/1078-0432.CCR-11-0116). With N infused cells that engraft at
rate k,

    effector_blood:    + survival specific (1 - stem-like) k N,
    stem_like_blood:   + survival specific stem-like k N,
    cd8_blood:         + survival (1 - specific) k N / CD8 cells of the body.

Cells may carry an orthogonal receptor, which no natural cytokine binds and whose ligand binds nothing else (Sockolosky
2018, doi 10.1126/science.aar3246). `engineered` E counts those among the effectors of blood. An orthogonal ligand
divides them only, with its occupancy o of that receptor:

    dE/dt = gain + growth o E / crowding - loss E,       and as many join effector_blood.
"""

from __future__ import annotations

from melanokine.network import Network, minimum


def declare(net: Network) -> None:
    net.load(__file__)
    net.species("engineered", "Mcell", compartment="blood", scale=1.0)


def connect(net: Network) -> None:
    net.act_only_with("transferred_cells", "transfer_survival", "transfer_specific_share")
    for cells in net.role("transferred_cells"):
        flow = cells.rate * net[cells.amount]
        specific = net.transfer_survival * net.transfer_specific_share
        others = net.transfer_survival * (1 - net.transfer_specific_share)
        joining = {
            cells.amount: -1,
            "effector_blood": specific * (1 - cells.stem_like),
            "stem_like_blood": specific * cells.stem_like,
            "engineered": specific * (1 - cells.stem_like) * cells.orthogonal,
        }
        net.reaction(f"engraftment_{cells.name}", joining, flow)
        net.reaction(f"bystanders_{cells.name}", {"cd8_blood": 1}, others * flow / net.il2_consumers_cd8)

    net.reaction("engineered_loss", {"engineered": -1}, net.effector_blood_loss * net.engineered)
    pull = sum(x.affinity["receptor"] * x.concentration for x in net.role("orthogonal_ligand"))
    if net.role("orthogonal_ligand"):
        occupancy = net.rule("orthogonal_occupancy", pull / (net.il2_betagamma_affinity + pull))
        crowding = 1 + net.effector_blood / net.effector_blood_room
        responding = minimum(net.engineered, net.effector_blood)
        division = net.effector_blood_growth * occupancy * responding / crowding
        net.reaction("engineered_division", {"engineered": 1, "effector_blood": 1}, division)
    net.observable("engineered_cells", net.engineered, "Mcell")
