"""Pages on which a version of a procedure is tried step by step, and its saved tests.

What a trial does is asked of `workflow/services`; publishing and editing pages are in `webui/procedures`.
"""
