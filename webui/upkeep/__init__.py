"""That the installation works: its alarms for administrators, and two addresses for a watch.

What was recorded is proved in `auditing`.
"""
