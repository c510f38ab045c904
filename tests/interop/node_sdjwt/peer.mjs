// Issues, presents and verifies SD-JWT VC with @sd-jwt/sd-jwt-vc, for tests/interop and bench.
//
// peer.mjs ORDERS.json   {orders: [order]}; prints a line per order:
//   {name, result} for "issue" and "present", {name, valid, why, claims} for "verify" and
//   "metadata", {name, seconds} for "time-issue" and "time-verify" (what one call takes).
// An order has: name, act, and
//   issue:    claims, frame, header, jwk (private)
//   present:  token, frame, and to bind: holder (private JWK), binding {iat, aud, nonce}
//   verify:   token, jwk (public), at (seconds), nonce (where a key binding is asked for)
//   metadata: document (SD-JWT VC type metadata)
//   time-*:   the members of issue or verify, and calls
// Nothing here touches the network.

import { readFileSync } from "node:fs";
import { SDJwtVcInstance, TypeMetadataFormatSchema } from "@sd-jwt/sd-jwt-vc";
import { digest, ES256, generateSalt } from "@sd-jwt/crypto-nodejs";

const { orders } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const COMMON = { hasher: digest, hashAlg: "sha-256", saltGenerator: generateSalt };

// The key in `cnf` has to have signed the key binding.
async function kbVerifier(data, signature, payload) {
  const verify = await ES256.getVerifier(payload.cnf.jwk);
  return verify(data, signature);
}

async function issuer(order) {
  const signer = await ES256.getSigner(order.jwk);
  return new SDJwtVcInstance({ ...COMMON, signer, signAlg: "ES256" });
}

async function verifier(order) {
  const verify = await ES256.getVerifier(order.jwk);
  return new SDJwtVcInstance({ ...COMMON, verifier: verify, kbVerifier });
}

function asked(order) {
  const options = { currentDate: order.at };
  return order.nonce ? { ...options, keyBindingNonce: order.nonce } : options;
}

async function timed(calls, call) {
  for (let at = 0; at < Math.min(calls, 200); at += 1) await call();
  const begin = process.hrtime.bigint();
  for (let at = 0; at < calls; at += 1) await call();
  return { seconds: Number(process.hrtime.bigint() - begin) / 1e9 / calls };
}

const ACTS = {
  issue: async (order) => {
    const one = await issuer(order);
    return { result: await one.issue(order.claims, order.frame, { header: order.header }) };
  },
  present: async (order) => {
    const kbSigner = order.holder && (await ES256.getSigner(order.holder));
    const one = new SDJwtVcInstance({ ...COMMON, kbSigner, kbSignAlg: "ES256" });
    const options = order.holder ? { kb: { payload: order.binding } } : undefined;
    return { result: await one.present(order.token, order.frame, options) };
  },
  verify: async (order) => {
    const one = await verifier(order);
    const said = await one.verify(order.token, asked(order));
    return { valid: true, why: "", claims: said.payload, binding: said.kb?.payload };
  },
  metadata: async (order) => {
    TypeMetadataFormatSchema.parse(order.document);
    return { valid: true, why: "" };
  },
  "time-issue": async (order) => {
    const one = await issuer(order);
    return timed(order.calls, () => one.issue(order.claims, order.frame, { header: order.header }));
  },
  "time-verify": async (order) => {
    const one = await verifier(order);
    return timed(order.calls, () => one.verify(order.token, asked(order)));
  },
};

for (const order of orders) {
  let line;
  try {
    line = await ACTS[order.act](order);
  } catch (error) {
    line = { valid: false, why: String(error.message ?? error) };
  }
  console.log(JSON.stringify({ name: order.name, ...line }));
}
