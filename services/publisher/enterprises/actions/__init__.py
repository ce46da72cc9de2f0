"""Keep enterprises and the history with them.

For other rooms: `history.note_event` tells that something happened with an enterprise, `accounts.author_type_of` says
what kind of author an account of a network belongs to, `accounts.keep_accounts` makes such accounts known.
"""
