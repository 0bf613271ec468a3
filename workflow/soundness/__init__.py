"""Faults of a model that strand cases: deadlocks, work done twice, work never reached, loops without end, conditions with gaps.

Findings only, worked out before anything runs. Structure that needs no run is `workflow.model.validation`.
"""
