"""The first page of a person: blocks of what waits for them, of what is late where they answer for it, of what comes next.

Nothing is decided or kept here; what a block shows is asked of the subject that it belongs to.
"""
