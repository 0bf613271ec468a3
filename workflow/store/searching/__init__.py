"""Finding rows that lie across tables: by words, with the folded texts kept beside the rows and their indices; the cases of a sitting.

What a text is folded to and how a query is read says `workflow.spelling`; nothing here decides or permits.
"""
