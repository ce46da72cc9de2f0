"""Take in what the world answers, and let people read and judge it.

hearing    what the networks told of comments, reposts and mentions
reading    answers under a publication, and what a person says of one
entering   mentions: entered by hand, read, judged
keeping    a mention, whoever found it: once for each address
watching   feeds of others: which are watched
asking     what is new in them
"""
