"""Campaigns: opened and closed, their units, their deadlines, and the work that follows from changing them.

The cases of a campaign lie in `casework`.
"""
