"""The compiled loop over patients, generated as LLVM IR.

The record of a call and the workspace (layout, lane); the loop (loop) with its step (step), the choice of the next one
(control), patients entering and leaving (loading, results), doses (dosing), events (events), endpoints (reduction,
extreme, nodes; their quantities: watch), checkpoints, tapes of steps, standing still (drift), the entry of a grid of
threads (grid); apart from it functions of rows (observation).
"""
