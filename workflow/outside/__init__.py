"""What is neither ours nor the database: the clock, files by their hash, the keys, mail. Each class fulfils a protocol of
`workflow.ports`; only `workflow.bootstrap` makes them.
"""
