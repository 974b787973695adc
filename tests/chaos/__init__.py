"""The chaos suite: a recorder of what cabinets said, faults of every kind, a checker of what is kept."""
