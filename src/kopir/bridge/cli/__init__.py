"""The command line of the node: each file is one word after `kopir`, translates, calls, prints."""
