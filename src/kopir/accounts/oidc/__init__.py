"""Sign-in across borders and through national providers of identity, by OpenID Connect Core 1.0 (code flow, PKCE).

`statement` is what a country says about its portal under its anchor key; `providers` are those whom this node asks;
`client` asks one and judges the answer; `published_keys` are those of a national provider; `serving` is this node being
asked about its own citizens. What is told about a person is a number, its country, a name and a level of assurance,
nothing else.
"""
