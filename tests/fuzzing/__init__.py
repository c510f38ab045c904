"""Hostile inputs of every format: `samples` seals seeds, `spoilers` spoil them, `targets` judge.

Every seed is sealed for real by keys of these tests, so that what is spoilt reaches deep.
"""
