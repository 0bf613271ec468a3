"""What a person has been told.

No permission is decided here; see `workflow/services`.
"""
