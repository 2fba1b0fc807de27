"""Kopir (Kazakh көпір, bridge): an e-government platform that one country can hand to another."""
