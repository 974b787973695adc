"""The records: one schema, several stores."""
