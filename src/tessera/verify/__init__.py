"""The journey of judging: bytes from anyone become a report, and a policy makes a verdict of it.

`examination` holds what goes in and comes out, `recognise` finds out what the bytes
are, `steps` are the nine checks, `runner` runs them and never raises, `policies`
names the policies, `verdicts` puts the verdict into a sentence.
"""
