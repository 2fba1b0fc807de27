"""Urgent banners: a word of the country, of a region or of a body over all its pages, until its instant.

Words: a *place* is where a banner stands (the country, a region with its districts, a body); it *stands* until its
instant, or until it was ended. Doors: `actions` (set_banner, end_banner), `queries`, `errors`. Never: two banners at
one place, a banner without an end, or one that its author could not have seen in every language before.
"""
