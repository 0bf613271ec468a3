"""Pages of procedure packages: versions read, edited, reviewed, published, compared.

No check of a definition lives here; see `workflow/packages` and `workflow/services`. Trials are in `webui/trials`.
"""
