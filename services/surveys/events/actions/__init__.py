"""Events announced and changed, seats given, kept and given back."""
