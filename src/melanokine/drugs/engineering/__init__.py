"""Engineering as an operation: a variant of a molecule with other properties, as a record like any other.

One file per property. Only what was asked for differs from the parent, `strategy` says what was done, and the grade is
D, since nobody has measured the variant. The international unit is gone where the receptor answers otherwise, because
the unit measures just that; the clinically used dose then stands in milligrams.
"""

from melanokine.drugs.engineering.variant import engineered

__all__ = ["engineered"]
