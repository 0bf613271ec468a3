"""Organisations with what they followed, and the working calendar, as an administrator keeps them.

No permission is decided here; see `workflow/services`.
"""
