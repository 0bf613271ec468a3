"""The use cases, one module a subject: the only way in from outside.

Permission is checked here, by role and jurisdiction. What is needed from outside (database, files, mail, clock) comes in
through the protocols of `ports`.
"""
