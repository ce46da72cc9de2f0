"""Messages between people and channels.

told       what a network told, and of whom
confirming that a hook is wanted
mentions   what was said, where we were told only that it was
taking_in  what the networks tell us: verified, and with names
receiving  what one update does, once
keeping    what somebody wrote, as it is kept
asking     the networks that tell nothing by themselves
answering  what of it was said in public, for the room that keeps it
noticing   what the gateway asks us to tell a person, sealed
writing    what services ask us to write: attempt, call, result
"""
