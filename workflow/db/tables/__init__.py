"""One module a subject; all tables share the metadata of `base`.

Rows carry their province, ids are made by the program, and nothing here has behaviour.
"""
