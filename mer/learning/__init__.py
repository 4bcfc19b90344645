"""Inputs, models, training and cross-validation."""
