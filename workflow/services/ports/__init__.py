"""What the services need from outside, as protocols and plain records.

`workflow.db` and the adapters in `workflow.bootstrap` carry them out; nothing here imports them.
"""
