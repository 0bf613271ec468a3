"""The web application: a request becomes one service call and one template.

No rule of a procedure, no permission and no database lives here; see `workflow/services`.
"""
