"""Validation of target rows and array arithmetic, for every array API namespace.

Imports nothing of the package. Internal: every other package imports its modules by name.
"""
