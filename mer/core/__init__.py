"""What every room stands on: errors, files, paths, parallel jobs, caches. It knows nothing of faces."""
