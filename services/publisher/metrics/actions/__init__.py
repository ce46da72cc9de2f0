"""Ask the networks what they count, and make figures of it.

measuring     one channel, once a day, and its posts of the last month
hearing       who comes and leaves, and reactions, as the networks tell them
polls         how polls stand
channels      figures of channels
publications  figures of publications
influence     what others make of the union
"""
