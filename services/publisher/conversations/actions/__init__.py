"""Messages between people and channels.

taking_in  what the networks tell us, once
asking     the networks that tell nothing by themselves
answering  what of it was said in public, for the room that keeps it
noticing   what the gateway asks us to tell a person, sealed
writing    what services ask us to write: attempt, call, result
"""
