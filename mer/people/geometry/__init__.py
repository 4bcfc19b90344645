"""Meshes, rays and cameras."""
