"""Which figures a report holds, in which section, and what stands under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from melanokine.report.plots import Plots
from melanokine.report.reading import first_replicate
from melanokine.trials.grid import DAILY_UNTIL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from melanokine.trials import Result

_CAPTIONS = {
    "kaplan-meier-pfs": "Progression-free survival by Kaplan-Meier with pointwise 95% confidence bands; ticks mark"
    " censoring. A curve ends where fewer than 5% of the arm are at risk.",
    "kaplan-meier-os": "Overall survival, therapy after progression included, by Kaplan-Meier with pointwise 95%"
    " confidence bands; ticks mark censoring. A curve ends where fewer than 5% of the arm are at risk.",
    "waterfall": "Best change of the sum of target lesions in each patient, coloured by best overall response. Growth"
    " beyond +100% is cut and marked by a triangle. The lines are the RECIST 1.1 thresholds for target lesions; new"
    " lesions and non-target progression count in the colour.",
    "spider": "Change of the sum of target lesions until progression; the 100 patients with the lowest numbers of each"
    " arm, coloured by best overall response.",
    "swimmer": "Responders from randomisation to death or the end of follow-up; the 30 with the lowest numbers of each"
    " arm.",
    "exposure": "Plasma concentration: median and the range of the middle 90% of patients.",
    "immune-courses": "Median and middle half of the patients of each arm who are still on study treatment."
    " Cytokines, vascular leak and blood counts are shown where they move; cells in blood are relative to those of a"
    " healthy person.",
    "toxicity": "Share of patients with 95% intervals.",
    "forest": "Predicted endpoints with 95% intervals beside the published and verified ones, with their interval where"
    " the publication gives one.",
}
_PUBLISHED = " Open diamonds are published values that were verified."


@dataclass(frozen=True)
class Drawn:
    """A figure with its file name (without ending), the heading it stands under, and its caption."""

    name: str
    section: str
    caption: str
    figure: Figure


def drawn_figures(result: Result) -> list[Drawn]:
    """Every figure that the result has data for, in reading order."""
    plots = Plots(result)
    patients = first_replicate(result)
    published = bool(plots.comparison()["published"].notna().any())
    found: list[Drawn] = []

    def add(name: str, section: str, figure: Figure, *, diamonds: bool = False) -> None:
        note = _PUBLISHED if diamonds and published else ""
        found.append(Drawn(name, section, _CAPTIONS[name] + note, figure))

    add("kaplan-meier-pfs", "Survival", plots.kaplan_meier("PFS"), diamonds=True)
    add("kaplan-meier-os", "Survival", plots.kaplan_meier("OS"), diamonds=True)
    if patients["best_change_percent"].notna().any():
        add("waterfall", "Response", plots.waterfall())
    if len(result.spider):
        add("spider", "Response", plots.spider())
    if patients["best_response"].isin(["CR", "PR"]).any():
        add("swimmer", "Response", plots.swimmer())
    if (result.exposure.loc[result.exposure["day"] <= DAILY_UNTIL, "high"] > 0).any():
        add("exposure", "Exposure", plots.exposure())
    if len(result.curves):
        add("immune-courses", "Immune cells, cytokines and vascular leak", plots.courses())
    add("toxicity", "Toxicity", plots.toxicity(), diamonds=True)
    if published:
        add("forest", "Predicted and published", plots.forest())
    return found
