"""Moving running cases to another version of their procedure: previewed, carried out by the worker case by case, taken back.

What a move does to one case is decided in `workflow.engine.migrating`; pages and commands are elsewhere.
"""
