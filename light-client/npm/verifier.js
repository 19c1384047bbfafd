// What Node and browsers share: the class, and how it is opened.
import { Verifier as Checker, conflict_alone } from "./light_client.js";

const DAY_MS = 24 * 60 * 60 * 1000;

// The wasm is loaded once; a failed attempt may be repeated.
let loading = null;

export const opener = (load) => async (trust, { wasm } = {}) => {
  loading ??= load(wasm);
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
  return new Verifier(trust);
};

export class Verifier {
  #checker;

  // Use `open`: before the wasm is loaded there is nothing to construct.
  constructor(trust) {
    try {
      this.#checker = new Checker(trust);
    } catch (reason) {
      throw new Error(`the trust store is refused: ${reason}`, { cause: reason });
    }
  }

  verify(file, options = {}) {
    return JSON.parse(this.verifyToJson(file, options));
  }

  verifyToJson(file, { maxAgeMs = DAY_MS, nowMs = Date.now() } = {}) {
    return this.#checker.verify(file, BigInt(maxAgeMs), BigInt(nowMs));
  }

  verifyDeposit(file, deposit, { maxAgeMs = DAY_MS, nowMs = Date.now() } = {}) {
    return JSON.parse(this.#checker.verify_deposit(file, deposit, BigInt(maxAgeMs), BigInt(nowMs)));
  }

  verifyConflict(file) {
    return JSON.parse(this.#checker.verify_conflict(file));
  }

  conflictAlone(file) {
    return JSON.parse(conflict_alone(file));
  }

  catchUp(file) {
    try {
      this.#checker.catch_up(file);
    } catch (reason) {
      throw new Error(`the catch-up is refused: ${reason}`, { cause: reason });
    }
  }

  advance(file, { nowMs = Date.now() } = {}) {
    return this.#checker.advance(file, BigInt(nowMs));
  }

  trustStore() {
    return this.#checker.trustStore();
  }

  close() {
    this.#checker.free();
  }
}
