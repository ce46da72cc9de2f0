"""Tell people what they must know, once, by the ways that they want.

addresses   where mail, messengers and clients find people
readers     who a person is to be told as: their settings, zone, addresses, whether they work for the union
gathering   an incident becomes notifications, one for each person
telling     a notification's turn has come: now, in the morning, or not at all
outcomes    what became of a try
wording     the words of mails and messages
opting_out  the links that end them
reading     the person's own list
holdings    what is a person's own
retention   what is let go of
settings    how they want to be told
"""
