"""Who answers, in what tone, and when two addresses are one."""
