"""The channels by which customers reach the desk, and when one of them is out of order."""
