"""The task inbox of the signed-in person, and what the system has told them.

The tasks themselves are worked on in `webui/cases`.
"""
