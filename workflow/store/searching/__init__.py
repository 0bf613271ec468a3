"""Finding rows by words: the folded texts that are kept beside the rows, their indices, and what asks them.

What a text is folded to and how a query is read says `workflow.spelling`; nothing here decides or permits.
"""
