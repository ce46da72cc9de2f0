"""What a command cannot do, as one sentence for the person at the keyboard."""


class Failed(Exception):
    """Shown as it is, without a traceback; the command ends with exit code 1."""
