"""Formats: model to wire document and back, one package or module for each.

A format knows no key, no network and no other format. What is registered is
listed in `tessera.registry`.
"""
