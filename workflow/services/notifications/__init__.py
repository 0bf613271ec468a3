"""Telling people: who is told what and how, in the application and by mail; reminders and escalations.

What happened is told by facts (`workflow.audit.facts`); what a task then needs done with it lies in `casework`.
"""
