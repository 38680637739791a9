"""Where in a step quantities are looked at: both ends, and the nodes of Gauss and Legendre.

In [0, 1] these are s = (1 ± sqrt(3/5))/2 and 1/2, with weights 5/18, 5/18 and 8/18, exact for polynomials of degree 5.
"""

from __future__ import annotations

import math

NODES = (0.0, (1.0 - math.sqrt(0.6)) / 2, 0.5, (1.0 + math.sqrt(0.6)) / 2, 1.0)
LAST = len(NODES) - 1
WEIGHTS = (5 / 18, 8 / 18, 5 / 18)
"""Of the three inner nodes."""
