"""Document to sealed bytes and back: mechanisms, keys and what certificates say.

`protocol` holds the shapes; `jades` is the EU seal (ETSI TS 119 182-1); `keys`
is the only place where private keys live; `certificates` reads what an X.509
certificate states; `algorithms` verifies one signature. Nothing in this room
says who is trusted: that is `tessera.trust`.
"""
