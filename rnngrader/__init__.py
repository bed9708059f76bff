"""Grades a class of notebooks, with nbgrader as the system of record."""

__version__ = "0.1.0"
