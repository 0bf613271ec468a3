"""A person's first page: blocks of what waits for them.

What a block is about belongs to its own subject; here it is only laid out.
"""
