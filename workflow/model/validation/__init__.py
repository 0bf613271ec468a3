"""Structural validation of a process definition: `validate.validate` returns findings, one small function a rule.

Not here: what the reader refuses before there is a model (`workflow.bpmn`: ids, references, missing properties), and whether
expressions can be read, and roles, criteria sets and decisions exist (`workflow.packages`). See docs/explanation/checks.md.
"""
