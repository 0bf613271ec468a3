"""The durable engine: a deployed definition, its cases, user tasks, jobs, timers, messages and incidents; a step is a transaction.

It knows no unit, campaign or jurisdiction: where the application plugs in, `application.py` says so.
"""
