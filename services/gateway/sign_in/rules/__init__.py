"""What is decided about signing in without looking anywhere: names, passwords, codes, sessions, proofs of networks."""
