"""Trying a procedure package before it is published: trials step by step, and runs saved as its tests.

Nothing here touches a case. How definitions run in memory is in `workflow.simulation`, not here.
"""
