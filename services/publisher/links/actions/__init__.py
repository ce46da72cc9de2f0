"""Make short links, follow them, count and draw.

For other rooms: `short_url` and `with_short_links` of `actions.making`.
"""
