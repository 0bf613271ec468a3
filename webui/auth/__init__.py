"""Signing in and out, the second factor, one's own account, and the guard before every page.

Nothing here decides who may do what with a case: that is asked of the services, page by page.
"""
