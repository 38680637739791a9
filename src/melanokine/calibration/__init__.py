"""Calibration: plausible patients, what each would do in every trial, and how common each of them is."""
