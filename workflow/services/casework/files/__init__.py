"""Files of a dossier: which kinds are taken, what in them could do harm, and how a stored one is shown.

Who may add, withdraw and read one stands in `workflow/services/casework/evidence.py`; drawing is done in `workflow/outside`.
"""
