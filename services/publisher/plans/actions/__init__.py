"""Keep slots and plans, and see what came of them.

slots        the weekly slots of channels
fillings     what goes out in channels, and at which moments
scheduling   a publication into the next free slot of each of its channels
plans        plans that recur
occurrences  a plan's day: its publication is made
calendars    everything of some days
files        the same as a file for calendars
cadences     posts by the week against slots
"""
