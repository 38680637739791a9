"""From equations to straight-line programs.

Equations become primitive operations with what is constant in a patient told apart (primitives), flattened into
instructions (assembler, programs) with a sparse LU unrolled in a static order (ordering, factorisation), expanded into
what every processor does alike (micro), and put into an order that suits it (scheduling, arrangement).
"""
