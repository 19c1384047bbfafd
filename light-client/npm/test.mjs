// The package as it is published: every vector's verdict, its types, and a trust store that moves.
//     node test.mjs <package folder> <vectors folder>
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , packageFolder, vectorFolder] = process.argv;
const manifest = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
assert.equal(manifest.dependencies, undefined);
const { open } = await import(pathToFileURL(join(packageFolder, manifest.exports["."].node)));

// Interfaces of the declarations: their members, and the interface that a member leads to.
const declarations = await readFile(join(packageFolder, "index.d.ts"), "utf8");
assert.ok(!declarations.includes("__"), "a place of the declarations was not filled in");
const interfaces = new Map();
for (const [, name, body] of declarations.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
  const members = [...body.matchAll(/^  (\w+)\??:\s*([^;]*);/gms)];
  interfaces.set(name, new Map(members.map(([, member, type]) => [member, type])));
}
const union = (type) => [...type.matchAll(/"(\w+)"/g)].map(([, text]) => text);
const declared = (name) => union(declarations.match(new RegExp(`^export type ${name} =(.*?);$`, "ms"))[1]);

let compared = 0;
const conforms = (value, type, path) => {
  const name = type.match(/\b[A-Z]\w+/)?.[0];
  if (value === null) return assert.match(type, /\bnull\b/, path);
  if (Array.isArray(value)) {
    assert.match(type, /\[\]/, path);
    return value.forEach((item, at) => conforms(item, type.replace("[]", ""), `${path}/${at}`));
  }
  if (typeof value === "object") {
    const members = interfaces.get(name);
    assert.deepEqual(Object.keys(value), [...members.keys()], `${path}: members of ${name}`);
    compared += 1;
    return Object.entries(value).forEach(([member, inner]) => conforms(inner, members.get(member), `${path}/${member}`));
  }
  const allowed = name ? declared(name) : union(type);
  if (allowed.length > 0) return assert.ok(allowed.includes(value), `${path}: ${value} is not declared`);
  return assert.match(type, new RegExp(`\\b${typeof value}\\b`), path);
};

// The headline is a union of objects, which the interfaces above do not have.
interfaces.set("Headline", new Map([["kind", '"valid" | "invalid" | "undetermined"'], ["reason", "Reason | null"]]));

let vectors = 0;
for (const suite of ["sm", "intl"]) {
  const folder = join(vectorFolder, suite);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  assert.ok(names.length >= 20, `only ${names.length} vectors in ${suite}`);
  for (const name of names) {
    const vector = JSON.parse(await readFile(join(folder, name), "utf8"));
    const trust = await readFile(join(folder, vector.trust ?? "test.trust"));
    const bundle = await readFile(join(folder, name.replace(/json$/, "tally")));
    const verifier = await open(trust);
    const verdict = verifier.verify(bundle, { nowMs: vector.now_ms, maxAgeMs: vector.max_age_ms });
    assert.deepEqual(verdict, vector.verdict, `${suite}/${name}`);
    conforms(verdict, "Verdict", `${suite}/${name}`);
    verifier.close();
    vectors += 1;
  }
}

const folder = join(vectorFolder, "sm");
const trust = await readFile(join(folder, "test.trust"));
const bundle = await readFile(join(folder, "identity.tally"));
const nowMs = JSON.parse(await readFile(join(folder, "identity.json"), "utf8")).now_ms;
const verifier = await open(trust);
assert.deepEqual(verifier.trustStore(), new Uint8Array(trust));
assert.equal(verifier.advance(bundle, { nowMs }), true);
assert.equal(verifier.advance(bundle, { nowMs }), false, "the same again teaches nothing");
const moved = verifier.trustStore();
assert.notDeepEqual(moved, new Uint8Array(trust));
assert.equal((await open(moved)).verify(bundle, { nowMs }).headline.kind, "valid");
assert.equal((await open(trust)).advance(bundle, { nowMs: nowMs - 3_600_000 }), false, "from the future");
await assert.rejects(open(trust.subarray(1)), /trust store is refused/);
assert.equal(verifier.verify(new Uint8Array([1, 2, 3])).headline.reason, "malformed");
assert.equal(verifier.verify(bundle, { nowMs: nowMs + 2_000, maxAgeMs: 1_000 }).headline.reason, "status_stale");

console.log(`npm package: ${vectors} vectors, ${compared} objects as declared`);
