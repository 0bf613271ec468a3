"""The system's own users: accounts, roles, deputies, sessions, sign-in. It keeps no register of other persons.

What a role may do with a case is decided in `ground.access`.
"""
