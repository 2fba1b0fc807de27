"""The record of who did what: a row for every action, chained and sealed, that nobody can change."""
