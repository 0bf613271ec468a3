"""State machines with role guards: user task, case, definition version, campaign.

Each is a table that one can read aloud. No token semantics (`workflow.engine`), no I/O: services say who acts and what is true.
"""
