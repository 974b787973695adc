"""What people and programs see: REST, live feed, identity, the built console."""
