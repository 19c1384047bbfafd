"""A second verifier of Tallystick documents, written from docs/spec alone.

Standard library only. The modules in the order of the data:
keys → hash → header → certificate → handoff → proof → record → document → bundle → verdict.
"""
