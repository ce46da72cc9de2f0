"""Write publications, send them, and know what became of them.

contents     what a publication points at: images and channels
drafting     write, change, copy, read
previewing   what each channel would show, and every problem
publishing   publish, schedule, withdraw
sending      one attempt of one delivery: commit, call, record
reconciling  ask a network whether it took what we are not sure of
outcomes     what follows from an attempt, for its delivery and its publication
deliveries   read deliveries, try one again, say what a person saw
"""
