"""The press list, and releases that go to it by mail: one letter to each contact, exactly once."""
