"""The analytical function of the union: it asks its members, keeps their answers private, and fills its events."""
