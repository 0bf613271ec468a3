"""Signing in and one's own account; accounts of others, their roles with dates, and deputies.

Who is signed in is asked of `webui/guard.py`; who may do what is asked of the services, page by page.
"""
