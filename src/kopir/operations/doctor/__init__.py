"""`kopir doctor`: looks at an installation as it stands and says what is wrong, each with its remedy. Changes nothing.

What it can say is the table in `findings`; `examining` looks. Each finding has a failing case in its tests.
"""
