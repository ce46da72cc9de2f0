"""Connect channels and keep them working.

accounts    a channel's secrets and what the network said, as rows and as the connectors' words
connecting  connect, reauthorize, probe, and ask for updates
keeping     read and change
calls       one call to a network, and what it means for whoever sent something
"""
