"""The world outside the database, carried out: the clock, files by their hash, mail.

Each class follows a protocol of `workflow.services.ports.outside`; only `workflow.bootstrap` makes them.
"""
