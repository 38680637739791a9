"""From programs to machine code.

The processor (machine); straight-line programs as LLVM IR (llvm_emit) or, for AVX2, as assembly (x86_select,
x86_registers, x86_addresses, x86_emit); structured routines as LLVM IR (routine); kernels kept on disk (cache).
"""
