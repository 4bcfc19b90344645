"""Profiles, the runner, run folders, the report, provenance, comparing, doctor."""
