"""Procedure packages: find their folders, read one from a folder or a zip, check it as a whole, compare two versions.

Data only: nothing here runs a process, stores a package or knows which handlers an installation has.
"""
