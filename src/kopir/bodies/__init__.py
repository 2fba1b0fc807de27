"""State bodies of a country: the tree of ministries, agencies and local authorities, regions, working-day calendars.

Words: a *body* is a state body of any kind; a *country pack* is a folder of data that makes a node a country's; a
*scheme* is a kind of identifier; a *calendar* has numbered versions, each made by a decree. Doors: `actions`,
`queries`, `errors`, `models` as a type or foreign key, and for the settings of the process `pack`. Never: the name of a
country, its language or its law in code.
"""
