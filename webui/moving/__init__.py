"""Pages on which administrators move running cases to another version of their procedure: chosen, mapped, tried, followed, taken back.

What can move, and what becomes of a case, is decided in `workflow/services`.
"""
