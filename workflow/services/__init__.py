"""The use cases, a folder a subject: the only way in from outside. Permission is checked here, by role and jurisdiction.

What services share lies in `ground`; how a case moves durably in `workflow.runtime`; tables and queries in `workflow.store`.
"""
