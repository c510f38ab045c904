"""Wires verbs, policies, trust and keys for both doors; no rule of the domain lives here."""
