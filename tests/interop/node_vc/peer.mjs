// Issues and verifies Verifiable Credentials with other people's libraries, for tests/interop.
//
// peer.mjs ORDERS.json   {contexts: {url: document}, orders: [order]}; prints a line per order:
//   {name, valid, why} for "verify", {name, result} for "issue".
// An order has: name, act (verify | issue), peer (one of PEERS), credential (JSON or token),
//   and to issue: jwk (private), method (the id of the verification method), at.
//
// Nothing here touches the network: contexts are given, DIDs are did:key. Only
// verifier-core brings a loader of its own, with its own contexts.

import { readFileSync } from "node:fs";
import * as vc from "@digitalbazaar/vc";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite as eddsaRdfc2022 } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { cryptosuite as ecdsaRdfc2019 } from "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import * as EcdsaMultikey from "@digitalbazaar/ecdsa-multikey";
import { createVerifiableCredentialJwt, verifyCredential } from "did-jwt-vc";
import { ES256Signer, EdDSASigner } from "did-jwt";
import { base64url, CompactSign, compactVerify, importJWK } from "jose";

const { contexts, orders } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const MULTIKEY = "https://w3id.org/security/multikey/v1";
const SUITES = { Ed25519: eddsaRdfc2022, "P-256": ecdsaRdfc2019 };

// did:key -> {did, id, multibase}
function didKey(url) {
  const did = url.split("#")[0];
  const multibase = did.slice("did:key:".length);
  return { did, id: `${did}#${multibase}`, multibase };
}

async function documentLoader(url) {
  const give = (document) => ({ contextUrl: null, documentUrl: url, document, tag: "static" });
  if (contexts[url]) return give(contexts[url]);
  if (!url.startsWith("did:key:")) throw new Error(`not here: ${url}`);
  const { did, id, multibase } = didKey(url);
  const key = { "@context": MULTIKEY, id, type: "Multikey", controller: did,
                publicKeyMultibase: multibase };
  if (url.includes("#")) return give(key);
  return give({ "@context": ["https://www.w3.org/ns/did/v1", MULTIKEY], id: did,
                verificationMethod: [key], assertionMethod: [id], authentication: [id] });
}

async function multikey(order) {
  const { did } = didKey(order.method);
  const library = order.jwk.crv === "Ed25519" ? Ed25519Multikey : EcdsaMultikey;
  return library.fromJwk({ jwk: order.jwk, secretKey: true, id: order.method, controller: did });
}

function suiteOf(credential) {
  const [proof] = [credential.proof].flat();
  const found = Object.values(SUITES).find((one) => one.name === proof.cryptosuite);
  return new DataIntegrityProof({ cryptosuite: found });
}

// The public key that a did:key names, as a JWK, by the multikey libraries.
async function publicJwk(method) {
  const { did, id, multibase } = didKey(method);
  const key = { "@context": MULTIKEY, id, type: "Multikey", controller: did,
                publicKeyMultibase: multibase };
  const library = multibase.startsWith("z6Mk") ? Ed25519Multikey : EcdsaMultikey;
  return library.toJwk({ keyPair: await library.from(key) });
}

function headerOf(token) {
  return JSON.parse(new TextDecoder().decode(base64url.decode(token.split(".")[0])));
}

const resolver = {
  resolve: async (url) => {
    const { did, id } = didKey(url);
    const method = { id, type: "JsonWebKey2020", controller: did, publicKeyJwk: await publicJwk(url) };
    return { didResolutionMetadata: {}, didDocumentMetadata: {},
             didDocument: { id: did, verificationMethod: [method], assertionMethod: [id],
                            authentication: [id] } };
  },
};

const PEERS = {
  // Data Integrity by the reference implementation of W3C's editors.
  digitalbazaar: {
    issue: async (order) => {
      const key = await multikey(order);
      const cryptosuite = SUITES[order.jwk.crv];
      const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite, date: order.at });
      return vc.issue({ credential: order.credential, suite, documentLoader });
    },
    verify: async (order) => {
      const suite = suiteOf(order.credential);
      const checkStatus = async () => ({ verified: true });
      const said = await vc.verifyCredential({
        credential: order.credential, suite, documentLoader, checkStatus, now: new Date(order.at),
      });
      return { valid: said.verified, why: said.verified ? "" : reasons(said.error) };
    },
  },
  // `vc+jwt` as plain JWS, which is all that VC-JOSE-COSE asks of the signature.
  jose: {
    issue: async (order) => {
      const alg = order.jwk.crv === "Ed25519" ? "EdDSA" : "ES256";
      const key = await importJWK(order.jwk, alg);
      const header = { alg, typ: "vc+jwt", cty: "vc", kid: order.method };
      const payload = new TextEncoder().encode(JSON.stringify(order.credential));
      return new CompactSign(payload).setProtectedHeader(header).sign(key);
    },
    verify: async (order) => {
      const { alg, kid } = headerOf(order.credential);
      await compactVerify(order.credential, await importJWK(await publicJwk(kid), alg));
      return { valid: true, why: "" };
    },
  },
  // JWTs of the data model 1.1; reads flat `vc+jwt` as well.
  "did-jwt-vc": {
    issue: async (order) => {
      const { did } = didKey(order.method);
      const secret = base64url.decode(order.jwk.d);
      const [alg, signer] = order.jwk.crv === "Ed25519"
        ? ["EdDSA", EdDSASigner(new Uint8Array([...secret, ...base64url.decode(order.jwk.x)]))]
        : ["ES256", ES256Signer(secret)];
      const issuer = { did, signer, alg };
      return createVerifiableCredentialJwt(order.credential, issuer, { header: { kid: order.method } });
    },
    verify: async (order) => {
      const said = await verifyCredential(order.credential, resolver, {
        policies: { format: false, now: Date.parse(order.at) / 1000 },
      });
      return { valid: said.verified, why: "" };
    },
  },
  // What a verifier of badges runs; loaded when asked for, since it brings much along.
  "verifier-core": {
    verify: async (order) => {
      const core = await import("@digitalcredentials/verifier-core");
      const said = await core.verifyCredential({
        credential: order.credential, knownDIDRegistries: [],
      });
      const signature = (said.log ?? []).find((one) => one.id === "valid_signature");
      return { valid: signature?.valid === true, why: JSON.stringify(said.errors ?? "") };
    },
  },
};

function reasons(error) {
  return [error?.message, ...(error?.errors ?? []).map((one) => one.message)].join("; ");
}

for (const order of orders) {
  let line;
  try {
    const done = await PEERS[order.peer][order.act](order);
    line = order.act === "verify" ? done : { result: done };
  } catch (error) {
    line = { valid: false, why: reasons(error) };
  }
  console.log(JSON.stringify({ name: order.name, ...line }));
}
