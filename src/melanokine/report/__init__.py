"""Reports of a virtual trial: figures, tables, and one self-contained HTML page.

`write_report` writes the page and the figures beside it, `write_html` and `write_figures` either alone; `Plots` is what
stands behind `result.plot`.
"""

from melanokine.report.plots import Plots
from melanokine.report.write import write_figures, write_html, write_report

__all__ = ["Plots", "write_figures", "write_html", "write_report"]
