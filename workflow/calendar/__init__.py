"""Working time, public holidays with make-up days, deadlines of a year.

No clock and no database: days and instants come in as values; what an administrator overrides is kept by `workflow.services`.
"""
