"""Events: their announcement, their seats, who has one and who waits."""
