"""Protocols, scores, metrics, calibration and ensembles: what knows no model."""
