"""Errors, files, paths, parallel jobs and caches: what knows nothing of faces."""
