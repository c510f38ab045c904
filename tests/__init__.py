"""Tests of Tessera: unit (one folder per room), cases, journeys, interop, house."""
