"""What an auditor asks over many cases at once: one module a question, each answered as a table that is shown, printed and taken out.

The trail of one case, verification and bundles lie one folder up.
"""
