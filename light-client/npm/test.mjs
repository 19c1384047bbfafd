// The package as it is published: every vector's verdict, its exports and types as declared, and a
// trust store that moves.
//     node test.mjs <package folder> <vectors folder>
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , packageFolder, vectorFolder] = process.argv;
const manifest = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
assert.equal(manifest.dependencies, undefined);
const entry = (of) => import(pathToFileURL(join(packageFolder, of)));
const { open, Verifier } = await entry(manifest.exports["."].node);

const declarations = await readFile(join(packageFolder, "index.d.ts"), "utf8");
assert.ok(!declarations.includes("__"), "a place of the declarations was not filled in");

// What is declared is exported, and nothing else; in Node as in browsers.
const parameters = (list) => list.split(",").filter((parameter) => parameter.trim());
const isOptional = (parameter) => parameter.includes("?:");
const declaredValues = [...declarations.matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)];
for (const of of [manifest.exports["."].node, manifest.exports["."].default]) {
  const names = declaredValues.map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(await entry(of)).sort(), names, of);
}
const [, classBody] = declarations.match(/^export class Verifier \{\n(.*?)^\}/ms);
const methods = [...classBody.matchAll(/^  (\w+)\((.*?)\): .*;$/gm)];
const own = Object.getOwnPropertyNames(Verifier.prototype).filter((name) => name !== "constructor");
assert.deepEqual(methods.map(([, name]) => name).sort(), own.sort(), "methods of Verifier");
for (const [, name, list] of methods) {
  const all = parameters(list);
  const { length } = Verifier.prototype[name];
  assert.equal(length, all.filter((parameter) => !isOptional(parameter)).length, `parameters of ${name}`);
}

// Types of the declarations: objects by their members, unions of objects by their kinds, codes.
const members = (body) => new Map([...body.matchAll(/(\w+)\??:\s*([^;}]*?)\s*(?=[;}])/g)].map(([, name, type]) => [name, type]));
const interfaces = new Map();
for (const [, name, body] of declarations.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
  interfaces.set(name, members(body.replace(/\/\*\*.*?\*\//gs, "")));
}
const types = new Map([...declarations.matchAll(/^export type (\w+) =(.*?(?:"|\}));$/gms)].map(([, name, body]) => [name, body]));
const literals = (type) => [...type.matchAll(/"(\w+)"/g)].map(([, text]) => text);
const references = (type) => [...type.matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
const codes = (type) => [...literals(type), ...references(type).flatMap((name) => codes(types.get(name)))];
const shape = (name, value) => {
  if (interfaces.has(name)) return interfaces.get(name);
  const kinds = [...types.get(name).matchAll(/\{[^}]*\}/g)].map(([body]) => members(body));
  return kinds.find((kind) => kind.get("kind") === `"${value.kind}"`);
};

let compared = 0;
const conforms = (value, type, path) => {
  if (value === null) return assert.match(type, /\bnull\b/, path);
  if (Array.isArray(value)) {
    assert.match(type, /\[\]/, path);
    return value.forEach((item, at) => conforms(item, type.replace("[]", ""), `${path}/${at}`));
  }
  if (typeof value === "object") {
    const [name] = references(type);
    const declared = shape(name, value);
    assert.ok(declared, `${path}: ${value.kind} is no ${name}`);
    assert.deepEqual(Object.keys(value), [...declared.keys()], `${path}: members of ${name}`);
    compared += 1;
    return Object.entries(value).forEach(([member, inner]) => conforms(inner, declared.get(member), `${path}/${member}`));
  }
  const allowed = codes(type);
  if (allowed.length > 0) return assert.ok(allowed.includes(value), `${path}: ${value} is not declared`);
  return assert.match(type, new RegExp(`\\b${typeof value}\\b`), path);
};

// What is asked about a vector, by kind: the answer, the committed one, its type.
const options = ({ now_ms: nowMs, max_age_ms: maxAgeMs }) => ({ nowMs, maxAgeMs });
const document = async (verifier, vector, path) => {
  const file = await readFile(`${path}.${vector.proof ? "code" : "tally"}`);
  return [[verifier.verify(file, options(vector)), vector.verdict, "Verdict"]];
};
const conflict = async (verifier, vector, path) => {
  const file = await readFile(`${path}.conflict`);
  return [
    [verifier.verifyConflict(file), vector.verdict, "ConflictVerdict"],
    [verifier.conflictAlone(file), vector.alone, "ConflictVerdict"],
  ];
};
const deposit = async (verifier, vector, path) => {
  const original = await readFile(join(path, "..", "original.txt"));
  const proof = await readFile(`${path}.deposit`);
  return [[verifier.verifyDeposit(original, proof, options(vector)), vector.verdict, "DepositVerdict"]];
};

let answers = 0;
for (const [kind, ask] of Object.entries({ bundle: document, compact: document, conflict, deposit })) {
  for (const suite of ["sm", "intl"]) {
    const folder = join(vectorFolder, kind, suite);
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    assert.ok(names.length >= 10, `only ${names.length} vectors in ${kind}/${suite}`);
    for (const name of names) {
      const vector = JSON.parse(await readFile(join(folder, name), "utf8"));
      const verifier = await open(await readFile(join(folder, vector.trust ?? "test.trust")));
      for (const [verdict, expected, type] of await ask(verifier, vector, join(folder, name.replace(/\.json$/, "")))) {
        assert.deepEqual(verdict, expected, `${kind}/${suite}/${name}`);
        conforms(verdict, type, `${kind}/${suite}/${name}`);
        answers += 1;
      }
      verifier.close();
    }
  }
}

const folder = join(vectorFolder, "bundle", "sm");
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
assert.throws(() => verifier.catchUp(bundle), /catch-up is refused/);
assert.deepEqual(verifier.trustStore(), moved);
assert.equal(verifier.verify(new Uint8Array([1, 2, 3])).headline.reason, "malformed");
assert.equal(verifier.verify(bundle, { nowMs: nowMs + 2_000, maxAgeMs: 1_000 }).headline.reason, "status_stale");

console.log(`npm package: ${answers} answers to vectors, ${compared} objects as declared`);
