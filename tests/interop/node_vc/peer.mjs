// Issues and verifies Verifiable Credentials and status lists with other people's libraries,
// for tests/interop.
//
// peer.mjs ORDERS.json   {contexts: {url: document}, orders: [order]}; prints a line per order:
//   {name, valid, why} for "verify", {name, result} for everything else, {name, valid: false,
//   why} for what a library throws.
// An order has: name, peer (one of PEERS), act (a function of that peer), and
//   credential: JSON or a token; at: the moment of judgement, or of sealing;
//   to issue: jwk (private), alg, method (the id of the verification method), header (of a token);
//   about lists: lists ({url: credential or token}), url, length, marked (index to value), bits,
//   purpose, claims.
//
// Nothing here touches the network: contexts and lists are given, DIDs are did:key and did:jwk.
// Only verifier-core brings a loader of its own, with its own contexts.

import { readFileSync } from "node:fs";
import * as vc from "@digitalbazaar/vc";
import * as bitstring from "@digitalbazaar/vc-bitstring-status-list";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite as eddsaRdfc2022 } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { cryptosuite as ecdsaRdfc2019 } from "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import * as EcdsaMultikey from "@digitalbazaar/ecdsa-multikey";
import { createHeaderAndPayload, getListFromStatusListJWT, StatusList } from "@sd-jwt/jwt-status-list";
import { createVerifiableCredentialJwt, verifyCredential } from "did-jwt-vc";
import { ES256Signer, EdDSASigner } from "did-jwt";
import { base64url, CompactSign, compactVerify, importJWK, SignJWT } from "jose";

const { contexts, orders } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const MULTIKEY = "https://w3id.org/security/multikey/v1";
const SUITES = { Ed25519: eddsaRdfc2022, "P-256": ecdsaRdfc2019, "P-384": ecdsaRdfc2019 };

// Keys that a DID holds in itself ------------------------------------------------

// The key of a did:key as a verification method.
function multikeyOf(url) {
  const did = url.split("#")[0];
  const multibase = did.slice("did:key:".length);
  return { "@context": MULTIKEY, id: `${did}#${multibase}`, type: "Multikey", controller: did,
           publicKeyMultibase: multibase };
}

const libraryOf = (multibase) => multibase.startsWith("z6Mk") ? Ed25519Multikey : EcdsaMultikey;

// The public key that a DID names, as a JWK; of did:key by the multikey libraries.
async function publicJwk(url) {
  if (url.startsWith("did:jwk:")) {
    const encoded = url.split("#")[0].slice("did:jwk:".length);
    return JSON.parse(new TextDecoder().decode(base64url.decode(encoded)));
  }
  const key = multikeyOf(url);
  const library = libraryOf(key.publicKeyMultibase);
  return library.toJwk({ keyPair: await library.from(key) });
}

async function signerOf(order) {
  const { id, controller } = multikeyOf(order.method);
  const library = order.jwk.crv === "Ed25519" ? Ed25519Multikey : EcdsaMultikey;
  const key = await library.fromJwk({ jwk: order.jwk, secretKey: true, id, controller });
  return key.signer();
}

const loaderWith = (more = {}) => async (url) => {
  const give = (document) => ({ contextUrl: null, documentUrl: url, document, tag: "static" });
  if (contexts[url]) return give(contexts[url]);
  if (more[url]) return give(more[url]);
  if (!url.startsWith("did:key:")) throw new Error(`not here: ${url}`);
  const key = multikeyOf(url);
  if (url.includes("#")) return give(key);
  return give({ "@context": ["https://www.w3.org/ns/did/v1", MULTIKEY], id: key.controller,
                verificationMethod: [key], assertionMethod: [key.id], authentication: [key.id] });
};

const resolver = {
  resolve: async (url) => {
    const { id, controller } = multikeyOf(url);
    const method = { id, type: "JsonWebKey2020", controller, publicKeyJwk: await publicJwk(url) };
    return { didResolutionMetadata: {}, didDocumentMetadata: {},
             didDocument: { id: controller, verificationMethod: [method], assertionMethod: [id],
                            authentication: [id] } };
  },
};

// What several peers share -------------------------------------------------------

const suites = () => [eddsaRdfc2022, ecdsaRdfc2019].map(
  (cryptosuite) => new DataIntegrityProof({ cryptosuite }));

const headerOf = (token) =>
  JSON.parse(new TextDecoder().decode(base64url.decode(token.split(".")[0])));

// Verifies the signature of a token with the key that its header names or holds.
async function checked(token) {
  const { alg, kid, jwk } = headerOf(token);
  const { payload } = await compactVerify(token, await importJWK(jwk ?? await publicJwk(kid), alg));
  return JSON.parse(new TextDecoder().decode(payload));
}

async function proofSigned(order, credential) {
  const cryptosuite = SUITES[order.jwk.crv];
  const suite = new DataIntegrityProof({ signer: await signerOf(order), cryptosuite, date: order.at });
  return vc.issue({ credential, suite, documentLoader: loaderWith() });
}

const PEERS = {
  // Data Integrity by the reference implementation of W3C's editors.
  digitalbazaar: {
    issue: (order) => proofSigned(order, order.credential),
    verify: async (order) => {
      const said = await vc.verifyCredential({
        credential: order.credential, suite: suites(), documentLoader: loaderWith(),
        now: new Date(order.at),
      });
      return { valid: said.verified, why: said.verified ? "" : reasons(said.error) };
    },
  },
  // Tokens as plain JWS, which is all that VC-JOSE-COSE asks of the signature.
  jose: {
    issue: async (order) => {
      const key = await importJWK(order.jwk, order.alg);
      const payload = new TextEncoder().encode(JSON.stringify(order.credential));
      const header = { alg: order.alg, kid: order.method, ...order.header };
      return new CompactSign(payload).setProtectedHeader(header).sign(key);
    },
    verify: async (order) => {
      await checked(order.credential);
      return { valid: true, why: "" };
    },
  },
  // JWTs of the data model 1.1; reads flat `vc+jwt` as well.
  "did-jwt-vc": {
    issue: async (order) => {
      const { controller } = multikeyOf(order.method);
      const secret = base64url.decode(order.jwk.d);
      const signer = order.alg === "EdDSA"
        ? EdDSASigner(new Uint8Array([...secret, ...base64url.decode(order.jwk.x)]))
        : ES256Signer(secret);
      const issuer = { did: controller, signer, alg: order.alg };
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
      return { valid: signature?.valid === true, why: JSON.stringify(said.errors ?? said.log) };
    },
  },
  // Bitstring Status List, with the proofs of the first peer.
  bitstring: {
    issue: async (order) => {
      const list = await bitstring.createList({ length: order.length });
      Object.keys(order.marked).forEach((at) => list.setStatus(Number(at), true));
      const made = await bitstring.createCredential({
        id: order.url, list, statusPurpose: order.purpose,
      });
      const { controller } = multikeyOf(order.method);
      return proofSigned(order, { ...made, issuer: controller, validFrom: order.at });
    },
    // The credential and its status: what each list says, by purpose.
    status: async (order) => {
      const documentLoader = loaderWith(order.lists);
      const said = await vc.verifyCredential({
        credential: order.credential, suite: suites(), documentLoader, now: new Date(order.at),
        checkStatus: (asked) => bitstring.checkStatus({ ...asked, suite: suites() }),
      });
      if (!said.verified) throw said.error ?? said.statusResult.error;
      return Object.fromEntries(said.statusResult.results.map(
        (one) => [one.credentialStatus.statusPurpose, one.status]));
    },
    // Every place that is marked; a list as a token is verified with jose.
    marked: async (order) => {
      const read = order.lists[order.url];
      const document = typeof read === "string" ? await checked(read) : read;
      const { encodedList } = document.credentialSubject;
      const list = await bitstring.decodeList({ encodedList });
      return places(list.length, (at) => Number(list.getStatus(at)));
    },
  },
  // Token Status List; its signature is jose's matter, as the library's own manual says.
  "jwt-status-list": {
    issue: async (order) => {
      const values = new Array(order.length).fill(0);
      Object.entries(order.marked).forEach(([at, value]) => { values[Number(at)] = value; });
      const list = new StatusList(values, order.bits);
      const { header, payload } = createHeaderAndPayload(
        list, order.claims, { alg: order.alg, kid: order.method });
      return new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(order.jwk, order.alg));
    },
    marked: async (order) => {
      const token = order.lists[order.url];
      const claims = await checked(token);
      if (claims.sub !== order.url) throw new Error(`another list: ${claims.sub}`);
      const list = getListFromStatusListJWT(token);
      return places(list.totalStatuses, (at) => list.getStatus(at));
    },
  },
};

function places(length, valueAt) {
  const marked = {};
  for (let at = 0; at < length; at++) {
    const value = valueAt(at);
    if (value) marked[at] = value;
  }
  return { length, marked };
}

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
