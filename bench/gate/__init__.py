"""Does the launch gate refuse what was made to be bad, and pass what is just as good?

Populations live with a service until a bundle is live, and three days on. Then candidates are judged by the
gate that `learn` uses: the same refitted, and the same bent to bubble, to starve a supplier, to bait.
"""
