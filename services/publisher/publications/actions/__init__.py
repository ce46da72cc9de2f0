"""Write publications, send them, and know what became of them.

contents     what a publication points at: images and channels
variants     what single networks show instead
drafting     write, copy, read
changing     change what is not out yet
composing    what one channel is to show
counting     links made short as it goes out, so that clicks count by channel
policies     by whose leave an organization publishes
fingerprints what exactly was approved
reviewing    submit, approve, return
previewing   what each channel would show, and every problem
publishing   publish, schedule
amending     correct and take down what is out
drafts       what one channel is sent
lines        the line of a channel: what is due in it, one after another
sending      a channel's line, worked off: commit to an attempt, call, record
recording    that a post was sent, said by as few statements as may be
giving_up    what waits for a channel that has lost its access, and need not
failover     a second channel in place of one that is blocked
reconciling  ask a network whether it took what we are not sure of
turns        when a delivery's turn comes
outcomes     what follows from an attempt, for its delivery and its publication
deliveries   read deliveries, try one again, say what a person saw
"""
