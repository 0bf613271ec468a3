"""Random processes for the laws of the engine: a grower of containers, blocks by subject, graphs without structure.

No properties here: those are the tests beside this folder.
"""
