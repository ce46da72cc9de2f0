"""Messages between people and channels.

taking_in  what the networks tell us, once
writing    what services ask us to write: attempt, call, result
"""
