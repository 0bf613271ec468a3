"""Pages of the administrator and the campaign manager: campaigns, accounts and roles, organisations, calendar, the system's state.

No permission is decided here; see `workflow/services`.
"""
