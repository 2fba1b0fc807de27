"""Tajik: "27 марти соли 2026"; Django writes the Russian "г." behind the year."""

DATE_FORMAT = r"j E \с\о\л\и Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"j E \с\о\л\и Y, H:i"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\N{NO-BREAK SPACE}"
NUMBER_GROUPING = 3
