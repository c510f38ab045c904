"""Trusted lists: whom the states of the European Union vouch for, and since when.

`markup` reads XML of strangers within bounds, `read` turns it into `model`, `signature`
proves who signed every byte of a list, `validity` judges its dates, `schema` its form.
`snapshot` keeps the lists in a folder and `update` fetches them; `hierarchy` leads from
the list of lists to the national ones. `services` finds the service behind a seal
certificate, `qualifiers` reads what the state adds about it, and `assess` names the class
of the seal. `lote` reads the newer JSON lists. Facts only: no verdicts, no clock.
Source: ETSI TS 119 612 V2.4.1; ETSI TS 119 615 V1.2.1; ETSI TS 119 602 V1.1.1.
"""
