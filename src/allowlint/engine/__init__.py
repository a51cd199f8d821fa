"""Evaluates ordered rules over sets of flows; knows no platform."""
