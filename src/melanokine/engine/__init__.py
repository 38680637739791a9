"""Equations to fast numbers: compiled once, then integrated for any number of patients.

Equations are lowered to straight-line programs (primitives, programs), with a sparse LU unrolled in a static order
(ordering, factorisation), expanded (micro), scheduled (scheduling) and written as LLVM IR (llvm_emit); the integration
itself (rodas5, step, lanes, driver) is generated too, so that users need no compiler. One patient per SIMD lane.
"""
