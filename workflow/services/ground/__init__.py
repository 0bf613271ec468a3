"""What every subject's services stand on: access, people, recording in an actor's name, idempotence, exports, listings.

It knows no subject; whoever wants to know what may be done with a case or a campaign looks into that subject's folder.
"""
