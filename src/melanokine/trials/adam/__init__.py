"""ADaM: the analysis datasets ADSL, ADTR, ADRS, ADTTE and ADAE of a virtual trial (CDISC ADaM IG 1.3).

They are made from the records of a result (`Trial.run(records=True)`). `variables.csv` lists every variable with its
label, kind, keys and origin. What the model does not know is not there: no race, no sites, no dictionary codes, and
age or sex only where the population draws them.
"""

from melanokine.trials.adam.write import DATASETS, datasets, write_adam

__all__ = ["DATASETS", "datasets", "write_adam"]
