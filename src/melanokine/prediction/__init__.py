"""Predictions of trials that chose no parameter, with intervals for what will be observed."""
