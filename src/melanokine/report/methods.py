"""How the numbers of a report came about and what their intervals mean, in words that belong to the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.report.reading import published_values

if TYPE_CHECKING:
    from melanokine.trials import Result

_PATIENTS = """
Each virtual patient is one set of parameters of a mechanistic model of melanoma, its immune control and the
pharmacokinetics of the drugs. The tumour of a patient grows from a small seed under immune surveillance until it has
the size drawn for that patient at diagnosis; treatment starts there. Scans, RECIST 1.1, toxicity with held and stopped
doses, withdrawal and the data cut-off follow the design above.
"""
_CALIBRATED = """
Patients were drawn from the calibrated population, in which each virtual patient is as common as a joint fit to
published trials asks for; mortality in the years of enrolment is of that fit as well. This is its best fit.
"""
_AS_IT_IS = """
Patients were drawn from the distributions of the population as they are: no calibration to published trials says how
common each kind of patient is.
"""
_PAIRING = """
The same virtual patients enter every arm, so that a difference between arms does not come from different patients.
"""
_INDEPENDENT = """
The intervals do not use this pairing: they stand for a real randomised trial of this size, whose arms are independent
samples. The value itself does, and varies less from seed to seed than its interval says.
"""
_SHIFTED = """
For these intervals each trial's arm is compared with the reference arm of the next trial, and so with other patients.
"""
_ONE_TRIAL = """
Intervals are at 95%: for percentages exact (Clopper and Pearson), for differences of percentages by Newcombe's hybrid
score method, for medians and landmarks from log-log Kaplan-Meier limits, for hazard ratios from Cox regression. They
hold the chance of who is enrolled, and of what is measured, in a trial of this size.
"""
_REPLICATES = """
The trial was repeated {replicates} times with new patients. A value is the mean over these trials (the geometric mean
for ratios, the median for times), and its interval holds 95% of them, all when they are fewer than 40: the spread that
repeated trials of this size would show. Figures show the first.
"""
_NOT_INCLUDED = """
No interval holds the uncertainty of the model's parameters and structure, nor the differences between trials of the
same treatment, which can be larger; `melanokine predict` gives intervals with all of these but the structure. Bands in
the figures of exposure and immune cells are the spread between patients.
"""
_BLIND = """
This design is blind: its published outcomes chose no parameter, prior or weight, from whatever source, and are not
shown here. What stands here is a prediction.
"""
_PUBLISHED = """
Published values are rows of the evidence tables. They were read in the cited publication, save those marked unverified,
which were recalled and stand in no figure. Of several reports of an endpoint the one whose follow-up is nearest to this
design's is shown. A published interval is the publication's own; a published difference of response rates is the
difference of the two published rates. These outcomes were in view when parameters and weights were set, so the
comparison shows how well the model describes this trial, not how well it predicts.
"""


def methods(result: Result) -> list[str]:
    """Paragraphs for the reader of `result`."""
    intervals = _ONE_TRIAL if result.replicates == 1 else _REPLICATES.format(replicates=result.replicates)
    pairing = _PAIRING + _INDEPENDENT + (_SHIFTED if result.replicates > 1 else "")
    whom = _CALIBRATED if result.calibration else _AS_IT_IS
    paragraphs = [_PATIENTS, whom, *([pairing] if len(result.arms) > 1 else []), intervals, _NOT_INCLUDED]
    if result.design.blind:
        paragraphs.append(_BLIND)
    elif published_values(result.design):
        paragraphs.append(_PUBLISHED)
    return [" ".join(paragraph.split()) for paragraph in paragraphs]
