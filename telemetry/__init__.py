"""What a cabinet says, and when: signals, wire format, columns, fleet state, journal, series stores."""
