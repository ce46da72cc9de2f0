"""Keep the press list, write releases, send them, and know what became of them.

contacts    the press list: entered, changed, deleted, never written to against their will
drafting    write a release, choose who gets it, read it with its figures
sending     begin to send; one attempt of one letter: commit, hand over, record
recipients  what became of each letter; try one again, say whether it came
alerts      what those who write to the press must be told
following   what a letter's own links do: the picture that was loaded, the end of letters
pickups     where a release was taken up
"""
