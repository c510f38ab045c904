"""May this party seal, and still? Anchors, certificate paths, validity in time, identity.

`anchors` loads the authorities a verifier trusts, `paths` leads a seal certificate
to one of them, `validity` judges the moments, `identity` compares the issuer in a
credential with the holder of the certificate. Facts only: no verdicts, no private
keys, no network.
"""
