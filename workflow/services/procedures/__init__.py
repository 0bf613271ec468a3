"""Procedures: versions of packages read, drafted, reviewed and published.

How a package is read and checked lies in `workflow.packages`; trying one in `trials`.
"""
