"""What keeps the local stack from standing, each as one clear sentence."""

import errno


class CannotStart(Exception):
    """Shown to the person at the keyboard as it is, without a traceback."""


def sentence_for(error: OSError) -> str:
    """One sentence for an error of the operating system that a person can act on."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "The disk is full: free some space and try again."
    if error.errno == errno.ENOEXEC:
        return f"{error.filename} was built for another kind of machine than this one."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"This user may not write or run {error.filename}."
    return f"The operating system refused: {error}."
