"""One thread for linear algebra, before NumPy is imported: tests run in as many processes as there are processors."""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
