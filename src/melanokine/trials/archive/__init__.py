"""A virtual trial as a COMBINE archive (OMEX): model, simulation, design, results and their provenance in one file.

    model/ARM.xml             SBML of the trial's first patient with the doses of an arm
    simulation.sedml          SED-ML: the time courses of these models. A population, RECIST and survival are beyond it
    design.json, run.json     the design, and with which seed and how many patients it was run
    population.json           the population, and drugs/ID.json every drug of its own
    results/                  summary.json, patients, curves, exposure, spider (Parquet), and the datasets of ADaM
    ro-crate-metadata.json    RO-Crate 1.1: what each file is, its SHA-256, what made it, and the sources

`open_trial` reads an archive back: the result as it was, and the design to run again.
"""

from melanokine.trials.archive.reading import Archive, open_trial
from melanokine.trials.archive.writing import write_archive

__all__ = ["Archive", "open_trial", "write_archive"]
