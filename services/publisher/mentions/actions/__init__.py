"""Take in what the world answers, and let people read and judge it.

hearing    what the networks told of comments, reposts and mentions
reading    answers under a publication, and what a person says of one
entering   mentions: found, entered by hand, judged
"""
