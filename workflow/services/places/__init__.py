"""Places: organisations over time, and the calendar they work by.

The tree itself and its rules lie in `workflow.organisation`.
"""
