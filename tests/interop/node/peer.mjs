// Seals and verifies JWS with the library `jose`, for tests/interop.
//
// verify FILE...   prints one JSON object a file, with one entry a signature.
// seal JOBS.json   makes one sealed file for each job:
//   {algorithm, key (PKCS#8 PEM file), chain (DER files), document, b64, time, at,
//    serialization: general | flattened | compact, target}
//
// `jose` knows nothing of JAdES: the header is written here by ETSI TS 119 182-1, and of a
// file it says only whether the signature fits the certificate in its header.

import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { CompactSign, FlattenedSign, compactVerify, flattenedVerify, GeneralSign } from "jose";

const CRITICAL = { b64: true, sigT: true, iat: true, adoTst: true };
const base64url = (octets) => Buffer.from(octets).toString("base64url");

function headerOf(job, chain) {
  const header = {
    alg: job.algorithm,
    cty: "json",
    "x5t#S256": base64url(createHash("sha256").update(chain[0]).digest()),
    x5c: chain.map((certificate) => certificate.toString("base64")),
    typ: "jose+json",
  };
  if (!job.b64) header.b64 = false;
  const critical = job.b64 ? [] : ["b64"];
  if (job.time === "sigT") {
    header.sigT = job.at;
    critical.push("sigT");
  } else {
    header.iat = Date.parse(job.at) / 1000;
  }
  if (critical.length > 0) header.crit = critical;
  return header;
}

async function seal(job) {
  const chain = job.chain.map((file) => readFileSync(file));
  const key = createPrivateKey(readFileSync(job.key));
  const document = readFileSync(job.document);
  const header = headerOf(job, chain);
  if (job.serialization === "compact") {
    return new CompactSign(document).setProtectedHeader(header).sign(key, { crit: CRITICAL });
  }
  const signer =
    job.serialization === "flattened"
      ? new FlattenedSign(document).setProtectedHeader(header)
      : new GeneralSign(document).addSignature(key, { crit: CRITICAL }).setProtectedHeader(header);
  const jws = await signer.sign(key, { crit: CRITICAL });
  // RFC 7797 section 3: an unencoded payload is a JSON string; the library leaves it to us.
  const payload = job.b64 ? jws.payload : document.toString("utf8");
  return JSON.stringify({ ...jws, payload });
}

const certificateIn = (protectedText) => {
  const header = JSON.parse(Buffer.from(protectedText, "base64url").toString("utf8"));
  const der = Buffer.from(header.x5c[0], "base64");
  if (header["x5t#S256"] !== base64url(createHash("sha256").update(der).digest())) {
    throw new Error("the certificate is not the one named in the header");
  }
  return new X509Certificate(der).publicKey;
};

async function judge(check) {
  try {
    await check();
    return { valid: true };
  } catch (error) {
    return { valid: false, reason: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function verify(file) {
  const text = readFileSync(file, "utf8").trim();
  const said = { file: basename(file), signatures: [] };
  if (!text.startsWith("{")) {
    const check = () => compactVerify(text, certificateIn(text.split(".")[0]), { crit: CRITICAL });
    said.signatures.push(await judge(check));
    return said;
  }
  const jws = JSON.parse(text);
  for (const one of jws.signatures ?? [jws]) {
    const alone = { payload: jws.payload, protected: one.protected, signature: one.signature };
    const check = () => flattenedVerify(alone, certificateIn(one.protected), { crit: CRITICAL });
    said.signatures.push(await judge(check));
  }
  return said;
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === "seal") {
  for (const job of JSON.parse(readFileSync(rest[0], "utf8"))) {
    writeFileSync(job.target, await seal(job));
  }
} else {
  for (const file of rest) console.log(JSON.stringify(await verify(file)));
}
