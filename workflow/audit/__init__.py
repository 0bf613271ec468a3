"""The audit chain: sealed events, Merkle checkpoints, the case bundle and its stand-alone verifier.

No database and no clock: rows and instants come in as arguments. Storing events and choosing what to record belong elsewhere.
"""
