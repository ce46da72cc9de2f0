"""Take images in, keep them, hand them out.

pictures  an uploaded file made into a clean picture: pure computation
keeping   store, find, describe
variants  what is too large for a network, scaled down to its limits
addresses where a network fetches one picture for an hour, signed
showing   the picture at such an address
"""
