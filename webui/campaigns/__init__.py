"""Campaigns: planned, opened, closed, their deadlines and their units, for administrators and campaign managers.

No permission is decided here; see `workflow/services`.
"""
