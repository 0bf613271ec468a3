"""Sittings: a committee's agenda of many cases, one of them beside it, what is done to several at once, and what is shown and printed.

What a vote is, who may cast it and what may be told of it, is asked of the services.
"""
