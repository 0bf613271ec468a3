"""Help: the guides of `docs/vi` as pages, and which of them fits which page of the application.

No text of a guide lives here, and nothing of a case: who is not signed in may read them too.
"""
