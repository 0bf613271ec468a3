"""Criteria sets, assessments, what figures prove, comparing levels, and how a committee decides.

Pure rules: no I/O, no clock, no database. Who may assess is in `workflow.organisation`; when, in the procedure itself.
"""
