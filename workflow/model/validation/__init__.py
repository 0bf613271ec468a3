"""Structural validation of a process definition: `validate.validate` returns findings, one small function a rule.

Not here: whether expressions can be read, and whether roles, criteria sets and decisions exist (`workflow.packages`).
"""
