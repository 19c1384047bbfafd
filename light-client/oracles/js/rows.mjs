// Everything that is measured, as rows of one shape, whoever holds the clock:
//
//   name, group    what it is called, and 'wasm', 'javascript' or 'quorum'
//   prepared       whether it may keep tables of the keys
//   *ready()       not timed, in small steps, each to be awaited: checks, builds tables, warms up
//   async before() not timed, before each run
//   run(round)     timed, synchronous: returns how many it did (signatures or quorums), or throws
//
// Steps and runs are separate because a browser's driver measures from outside, and because it
// gives up on a script that takes 30 seconds.

import { peers } from './peers.mjs';

const KEYS = 64;
const SIGNATURES = 2 * KEYS;
export const SIGNERS = 21;

/** A row's share of a round: slow peers check fewer signatures, but never fewer than two. */
const RUN_MS = 40;
const FEWEST = 2;
const WARM_UP_MS = 400;
/** Runs of a quorum before the timed ones; V8 has optimised its code by then. */
const QUORUM_WARM_UPS = 3;

const nothing = async () => {};

/** All rows over one set of signatures; at most `perRound` of them per row and round. */
export function rowsOf(module, { perRound = KEYS } = {}) {
  const contest = new module.glue.Contest(SIGNATURES, KEYS);
  const cases = JSON.parse(contest.cases());
  if (cases.length !== SIGNATURES) throw new Error(`${cases.length} cases, not ${SIGNATURES}`);
  const wasm = JSON.parse(contest.peers()).map((name) => {
    const prepared = name.includes('known key');
    return signatureRow({ name, group: 'wasm', prepared }, wasmChecks(contest, name), perRound);
  });
  const javascript = peers.map((peer) => {
    const { name, prepared } = peer;
    const checks = javascriptChecks(peer, cases);
    return signatureRow({ name, group: 'javascript', prepared }, checks, perRound);
  });
  return [...wasm, ...javascript, coldRow(module, cases), warmRow(module), tablesRow(contest)];
}

/** `Contest` takes no altered cases: that the module refuses them is for its own tests to show. */
const wasmChecks = (contest, name) => ({
  verify: (start, count) => contest.run(name, start, count),
  *refuse() {},
});

function javascriptChecks(peer, cases) {
  const altered = alterations(cases[0]);
  const state = peer.prepare([...cases, ...altered]);
  const accepts = (index) => {
    try {
      return peer.verify(state, index);
    } catch {
      return false;
    }
  };
  const verify = (start, count) => {
    let valid = 0;
    for (let n = 0; n < count; n += 1) {
      if (peer.verify(state, (start + n) % cases.length) === true) valid += 1;
    }
    return valid;
  };
  function* refuse() {
    for (let n = 0; n < altered.length; n += 1) {
      if (accepts(cases.length + n)) throw new Error(`${peer.name} accepts alteration ${n}`);
      yield;
    }
  }
  return { verify, refuse };
}

/** One bit of the digest, of r, of s, in turn. */
function alterations(one) {
  const flipped = (hex, at) =>
    hex.slice(0, at) + (parseInt(hex[at], 16) ^ 1).toString(16) + hex.slice(at + 1);
  return [
    { ...one, digest: flipped(one.digest, 63) },
    { ...one, signature: flipped(one.signature, 63) },
    { ...one, signature: flipped(one.signature, 127) },
  ];
}

function signatureRow(row, { verify, refuse }, perRound) {
  let count = FEWEST;
  const verifyAll = (start) => {
    const valid = verify(start, count);
    if (valid !== count) throw new Error(`${row.name}: ${valid} of ${count} are valid`);
    return count;
  };
  function* ready() {
    for (let start = 0; start < SIGNATURES; start += count) {
      verifyAll(start);
      yield;
    }
    yield* refuse();
    let [spent, done] = [0, 0];
    while (spent < WARM_UP_MS) {
      const start = performance.now();
      done += verifyAll(done);
      spent += performance.now() - start;
      yield;
    }
    count = Math.max(FEWEST, Math.min(perRound, Math.floor((RUN_MS * done) / spent)));
  }
  // Other signatures in the next round.
  const run = (round) => verifyAll((round * count) % SIGNATURES);
  return { ...row, ready, before: nothing, run };
}

/** A certificate as bytes in an instance that has never run. V8 keeps the code it has optimised. */
function coldRow({ fresh, compiled }, cases) {
  // The first cases are of distinct keys, because the keys take turns.
  const records = certificate(cases.slice(0, SIGNERS));
  let glue;
  const before = async () => {
    glue = await fresh();
  };
  const verify = () => {
    glue.initSync({ module: compiled });
    return glue.quorum_cold(records);
  };
  return quorumRow('quorum, cold instance', false, before, verify);
}

/** Compressed key, digest and signature of each, one after the other. */
function certificate(cases) {
  const hex = cases.map(({ compressed, digest, signature }) => compressed + digest + signature);
  return Uint8Array.from(hex.join('').match(/../g), (pair) => parseInt(pair, 16));
}

function warmRow({ glue }) {
  const quorum = new glue.Quorum(SIGNERS);
  return quorumRow('quorum, tables ready', true, nothing, () => quorum.run());
}

/** Building the tables of as many keys, which pays once a key has verified often enough. */
function tablesRow(contest) {
  const [generator, key] = contest.table_bytes();
  const name = `tables, ${key} B a key, ${generator} B for all`;
  return quorumRow(name, true, nothing, () => contest.build_tables(SIGNERS));
}

function quorumRow(name, prepared, before, verify) {
  const run = () => {
    const valid = verify();
    if (valid !== SIGNERS) throw new Error(`${name}: ${valid} of ${SIGNERS} are valid`);
    return 1;
  };
  async function* ready() {
    for (let n = 0; n < QUORUM_WARM_UPS; n += 1) {
      await before();
      run();
      yield;
    }
  }
  return { name, group: 'quorum', prepared, ready, before, run };
}
