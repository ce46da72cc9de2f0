"""Tell people what they must know, once, by the ways that they want.

readers     who a person is to be told as: their settings, zone, whether they work for the union
addresses   where mail and messengers find them
gathering   an incident becomes notifications, one for each person
telling     a notification's turn has come: now, in the morning, or not at all
outcomes    what became of a try
wording     the words of mails and messages
opting_out  the links that end them
reading     the person's own list
keeping     what is a person's own, and for how long it is kept
settings    how they want to be told
"""
