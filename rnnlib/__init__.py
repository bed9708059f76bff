"""The reference implementation behind the course: one file per idea."""

__version__ = "0.1.0"
