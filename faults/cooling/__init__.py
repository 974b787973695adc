"""Cooling faults from a model of each cabinet, because a thermostat hides them from the temperature."""
