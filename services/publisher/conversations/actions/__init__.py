"""Messages between people and channels.

taking_in  what the networks tell us, once
noticing   what the gateway asks us to tell a person, sealed
writing    what services ask us to write: attempt, call, result
"""
