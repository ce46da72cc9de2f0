"""Connect channels and keep them working.

accounts    a channel's secrets and what the network said, as rows and as the connectors' words
shelves     sessions with their servers, which all workers share
mailboxes   whom people write to: the hook that channels of one bot share
connecting  connect, reauthorize, probe
keeping     read and change
telling     what the gateway hears of them
inviting    links of one use into their communities
calls       one call to a network, and what it means for whoever sent something
"""
