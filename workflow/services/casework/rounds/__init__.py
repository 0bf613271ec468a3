"""Rounds: what several people decide side by side, who may have a part in it, and what of it may be told already.

The rules stand in `workflow/recognition/rounds.py`; here they are asked with what the case's rows and state say.
"""
