// How each JavaScript library verifies SM2, at its fastest.
//
// A peer is { name, prepared, prepare(cases) -> state, verify(state, index) -> boolean }. `prepare`
// sees each key once and is not timed: every peer may parse there, tables are for `prepared` ones.
// All libraries take the digest e = SM3(Z_A || message), so that none of them hashes in the timing.

import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sm2 as smCrypto } from 'sm-crypto';
import { sm2 as smCryptoV2 } from 'sm-crypto-v2';

// GB/T 32918.5-2017.
const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

// The tables' windows, chosen by measuring: 12 for the base point gains nothing over 10, because
// noble reads whole windows (as for secrets); 10 for a key gains under 5 % over 9 for twice the
// memory (9 takes about 2 MB a key). A library's default is 8.
const BASE_WINDOW = 10;
const KEY_WINDOW = 9;

const Point = weierstrass(CURVE);
Point.BASE.precompute(BASE_WINDOW);

const number = (hex) => BigInt(`0x${hex}`);
const bytes = (hex) => hex.match(/../g).map((pair) => parseInt(pair, 16));

/** Makes something of each distinct key once and hands it to every case of that key. */
function perKey(cases, make) {
  const made = new Map();
  return cases.map(({ key }) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  });
}

/**
 * R = s·G + t·P, and r = e + x(R) mod n. With a table for G this is faster than noble's own
 * `mulAddUnsafe` (Strauss with tables of four points), which shares the doublings but ignores it.
 */
function nobleVerify({ points, digests, signatures }, index) {
  const { n, p } = CURVE;
  const { Fp } = Point;
  const r = number(signatures[index].slice(0, 64));
  const s = number(signatures[index].slice(64));
  if (r === 0n || r >= n || s === 0n || s >= n) return false;
  const t = Point.Fn.create(r + s);
  if (t === 0n) return false;
  const R = Point.BASE.multiplyUnsafe(s).add(points[index].multiplyUnsafe(t));
  // Compared as X = x·Z: an inversion is saved. The point at infinity has no x.
  if (R.Z === 0n) return false;
  const x = Point.Fn.create(r - number(digests[index]));
  return Fp.mul(x, R.Z) === R.X || (x + n < p && Fp.mul(x + n, R.Z) === R.X);
}

function noble(name, prepared) {
  const parse = (key) => {
    const point = Point.fromHex(key);
    // The table itself is made when the point is first multiplied: while the cases are checked.
    return prepared ? point.precompute(KEY_WINDOW) : point;
  };
  const prepare = (cases) => ({
    points: perKey(cases, parse),
    digests: cases.map(({ digest }) => digest),
    signatures: cases.map(({ signature }) => signature),
  });
  return { name, prepared, prepare, verify: nobleVerify };
}

/** With `hash` off, what is passed as the message is taken for the digest. */
function smCryptoLike(name, prepared, library, parse) {
  const prepare = (cases) => ({
    keys: perKey(cases, parse),
    digests: cases.map(({ digest }) => bytes(digest)),
    signatures: cases.map(({ signature }) => signature),
  });
  const verify = ({ keys, digests, signatures }, index) =>
    library.doVerifySignature(digests[index], signatures[index], keys[index], { hash: false });
  return { name, prepared, prepare, verify };
}

export const peers = [
  noble('noble, any key', false),
  // The key stays text: sm-crypto accepts nothing else; in v2 a parsed point without a table takes
  // as long, since it is written as text again in each verification.
  smCryptoLike('sm-crypto-v2, any key', false, smCryptoV2, (key) => key),
  smCryptoLike('sm-crypto, any key', false, smCrypto, (key) => key),
  noble('noble, known key', true),
  // `precomputePublicKey` makes the table at once, all keys of which take longer than a browser's
  // driver waits: it is asked for the smallest here and the point itself for the real one, later.
  smCryptoLike('sm-crypto-v2, known key', true, smCryptoV2, (key) =>
    smCryptoV2.precomputePublicKey(key, 1).precompute(KEY_WINDOW),
  ),
];
