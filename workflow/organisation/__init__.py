"""Areas, bodies and units with their validity and successors; who may act where, and for whom.

No database and no clock: the day comes in with the question. Real names are data under `definitions/organisations/`.
"""
