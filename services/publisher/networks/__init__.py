"""Social networks behind one protocol: a folder per network, named only by `registry`.

connector     what every connector can do
accounts      a channel as its network knows it
contents      what is handed to a network
outcomes      what a call to it came to
inbound       what the networks tell us by their hooks. Pure
capabilities  what each network takes: limits, images, tools against doubles. Pure
shortcomings  why a network would not take something, known before it is asked. Pure
reasons       what the networks say no with: stable codes, texts in ru and en. Pure
transport     one HTTP exchange, and whether the network may have taken it
registry      which networks there are, and how to open them
"""
