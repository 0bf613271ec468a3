"""The daily work: cases, tasks, assessments, evidence, the inbox, and what is told to people.

What a campaign is lies in `campaigns`, what an auditor asks in `auditing`.
"""
