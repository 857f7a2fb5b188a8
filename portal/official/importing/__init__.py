"""Documents from Excel: what a list would do, cell by cell, and doing it (`agencies.SHEETS`)."""

from .sheet import KIND, RegisterSheet

__all__ = ["KIND", "RegisterSheet"]
