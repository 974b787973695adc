"""What is wrong: detectors, the fault catalogue, episodes, causes."""
