"""Run campaigns, attach to them, subscribe to them, carry them further.

running      campaigns: written, opened, closed; who sees them
attaching    what is said in one, ours or a partner's own
telling      a publication that is out is given to every subscriber, in one transaction with the news of it
subscribing  who is given everything
carrying     an organization's copies, and what became of them
confirming   relays, and what a partner says of one
covering     how much was carried
gathering    entries under the campaign's hashtag
"""
