"""How the integration of one patient ended."""

from __future__ import annotations

OK = 0
"""Reached the end, a terminal event, or the trigger where it was asked to stop there."""
STEP_TOO_SMALL = 1
"""The error could not be brought within the tolerance by any step that still advances time."""
WORK_LIMIT = 2
"""The limit of attempted steps was reached."""
NOT_FINITE = 3
"""A parameter, the initial state, a rate or what an event sets is infinite or not a number, or a guard or a trigger is
not a number, or a lag is negative."""
NOT_TRIGGERED = 4
"""Reached the end without the trigger; all values are valid."""
ENDLESS_EVENTS = 5
"""Events set each other off without end at one instant, or ever faster towards it."""
NOT_STEADY = 6
"""No steady state was reached within the limit of time, intervals or work."""

NAMES = ("OK", "STEP_TOO_SMALL", "WORK_LIMIT", "NOT_FINITE", "NOT_TRIGGERED", "ENDLESS_EVENTS", "NOT_STEADY")
"""The name of each code, by position."""
