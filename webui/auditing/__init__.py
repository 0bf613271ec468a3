"""What auditors see: searching cases and events, a case's history and past, verification, bundles. Nothing here changes a case.

The services decide what an auditor may see and record what they read and take out.
"""
