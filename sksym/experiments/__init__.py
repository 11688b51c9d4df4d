"""Experiments that run from the command line."""
