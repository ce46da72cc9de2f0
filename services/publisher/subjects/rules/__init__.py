"""Whether a text names somebody who asks what is held of them. Without a database."""
