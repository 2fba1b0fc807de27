"""A node's life on its machine: `kopir up`, `kopir doctor`, `kopir backup`, `kopir restore`, `kopir upgrade`.

Words: a *part* is a program of the node (bridge, portal, worker); the *group* is what `kopir up` keeps running; a
*finding* is what the doctor says is wrong, with its remedy. Door: `cli`, found through the entry points
`kopir.commands`. The group loads no Django. No shell is ever asked, and no secret stands in a log or in the words of a
command.
"""
