"""Arithmetic and validation of rows, for NumPy and every other array namespace."""
