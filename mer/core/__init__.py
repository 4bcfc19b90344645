"""What every room stands on: errors, files, paths, parallel jobs, caches. Nothing of faces."""
