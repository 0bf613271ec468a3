"""Pure token semantics: `decide` and `evolve`. No I/O, no clock, no database.

Time comes in with the command. What cannot proceed becomes an incident event, never a lost token.
"""
