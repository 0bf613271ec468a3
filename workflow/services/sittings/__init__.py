"""Sittings: a committee's session as one agenda of many cases, made of each case's own tasks.

Nothing is kept of a sitting itself. Which cases belong to it, who is there and how far it is, is read from the tasks that a case alone has,
too; what is done in it is done to those tasks, each in a transaction of its own.
"""
