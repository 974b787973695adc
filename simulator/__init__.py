"""A fleet that misbehaves on purpose: physics, people, networks, labelled faults, load."""
