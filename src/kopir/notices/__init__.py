"""Notices to people: inbox, mail, SMS."""
