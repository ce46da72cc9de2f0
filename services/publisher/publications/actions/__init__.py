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
sending      one attempt of one delivery: commit, call, record
reconciling  ask a network whether it took what we are not sure of
turns        when a delivery's turn comes
outcomes     what follows from an attempt, for its delivery and its publication
deliveries   read deliveries, try one again, say what a person saw
"""
