"""Going on with another version: the plan, the move and its events.

Not here: who may move which cases, and their rows; that is the application's.
"""
