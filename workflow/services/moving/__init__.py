"""Moving running cases to another version: planned, tried, carried out case by case, taken back.

What the engine does with a moved state lies in `workflow.engine`.
"""
