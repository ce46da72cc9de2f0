"""What is held of a person: found by their accounts and addresses, emptied of who and what; and what is let go of."""

from services.publisher.subjects.actions.holdings import aged, held

__all__ = ["aged", "held"]
