"""Social networks behind one protocol: a folder per network, named only by `registry`.

protocol      what every connector can do, and the words of it
inbound       what the networks tell us by their hooks. Pure
capabilities  what each network takes: limits, images, tools against doubles. Pure
reasons       what the networks say no with: stable codes, texts in ru and en. Pure
transport     one HTTP exchange, and whether the network may have taken it
registry      which networks there are, and how to open them
"""
