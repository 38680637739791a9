"""Questions that one trial does not answer: which molecule is better, do two of them add up, does the model agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from melanokine.lazy import on_first_use

if TYPE_CHECKING:
    from melanokine.analysis.candidates import Candidate, read_candidate, read_candidates
    from melanokine.analysis.comparison import Comparison, compare
    from melanokine.analysis.synergy import Synergy, combine
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Candidate": "melanokine.analysis.candidates.Candidate",
            "Comparison": "melanokine.analysis.comparison.Comparison",
            "Synergy": "melanokine.analysis.synergy.Synergy",
            "combine": "melanokine.analysis.synergy.combine",
            "compare": "melanokine.analysis.comparison.compare",
            "read_candidate": "melanokine.analysis.candidates.read_candidate",
            "read_candidates": "melanokine.analysis.candidates.read_candidates",
        },
    )

__all__ = ["Candidate", "Comparison", "Synergy", "combine", "compare", "read_candidate", "read_candidates"]
