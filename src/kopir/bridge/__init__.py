"""The asyncio node round `wire`: server, client, journal, directory, configuration, metrics, command line.

No Django here or below.
"""
