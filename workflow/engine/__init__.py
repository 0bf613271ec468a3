"""Pure token semantics: `decide` and `evolve`. No I/O, no clock, no database; time comes in with the command.

Here: what a command makes happen, what an event changes, and how each element behaves. What cannot proceed becomes an incident
event, never a lost token. Not here: who asks, who may, and where states and events are kept. The map is in `README.md`.
"""
