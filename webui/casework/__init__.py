"""The inbox, cases and their tasks: what a reviewer, a unit's officer, a committee member and a manager of cases work on.

What may be done is asked of `workflow/services`; nothing here knows a particular procedure.
"""
