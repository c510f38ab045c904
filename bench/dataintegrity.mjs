// Times @digitalbazaar/vc for bench/dataintegrity.py: the mean of many calls in this process.
//
// dataintegrity.mjs ORDER.json   {act: issue | verify, contexts, credentials, jwk, method, calls}
// prints {seconds, sealed}: of one call, and one sealed credential; throws when one is invalid.

import { readFileSync } from "node:fs";
import * as vc from "@digitalbazaar/vc";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";

const { act, contexts, credentials, jwk, method, calls } =
  JSON.parse(readFileSync(process.argv[2], "utf8"));
const did = method.split("#")[0];
const key = { "@context": "https://w3id.org/security/multikey/v1", id: method, type: "Multikey",
              controller: did, publicKeyMultibase: did.slice("did:key:".length) };
const controller = { "@context": ["https://www.w3.org/ns/did/v1", key["@context"]], id: did,
                     verificationMethod: [key], assertionMethod: [method] };
const documents = { ...contexts, [did]: controller, [method]: key };

async function documentLoader(url) {
  if (!documents[url]) throw new Error(`not here: ${url}`);
  return { contextUrl: null, documentUrl: url, document: documents[url], tag: "static" };
}

async function issuer() {
  const pair = await Ed25519Multikey.fromJwk({ jwk, secretKey: true, id: method, controller: did });
  return (credential) => vc.issue({
    credential: { ...credential },
    suite: new DataIntegrityProof({ signer: pair.signer(), cryptosuite }),
    documentLoader });
}

async function verify(credential) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const found = await vc.verifyCredential({ credential, suite, documentLoader });
  if (!found.verified) throw found.error;
  return credential;
}

const call = act === "issue" ? await issuer() : verify;
let last;
for (let turn = 0; turn < 100; turn++) last = await call(credentials[turn % credentials.length]);
const begin = process.hrtime.bigint();
for (let turn = 0; turn < calls; turn++) last = await call(credentials[turn % credentials.length]);
const seconds = Number(process.hrtime.bigint() - begin) / 1e9 / calls;
console.log(JSON.stringify({ seconds, sealed: last }));
