"""Faults of the program that the guard finds: raised in tests, logged in production, where the page is not kept."""

from __future__ import annotations


class UndeclaredReadError(RuntimeError):
    """A page that is to be kept asked a table about which it has declared nothing."""


class PersonalPageError(RuntimeError):
    """A page that is to be kept asked who reads it."""


class UndeclaredWriteError(RuntimeError):
    """A transaction wrote a table that pages show, and touched no tag of it."""


class OutsideTransactionError(RuntimeError):
    """Tags were touched outside a transaction: what is told of a write stands or falls with it."""
