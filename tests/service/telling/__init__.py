"""Tests of what customers are told by themselves."""
