"""The daily work: cases, tasks, assessments, evidence, the inbox.

What a campaign is lies in `campaigns`, what people are told in `notifications`, what an auditor asks in `auditing`.
"""
