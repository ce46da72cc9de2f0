"""Bodies of requests and answers: cards and their templates, occasions and their greetings."""
