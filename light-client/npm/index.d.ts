// Types of the verifier and of its verdicts: docs/spec/verdict.md has the same, with the conditions
// under which each part is there. The package's test compares both with what it exports.

/** Opens a verifier on the bytes of a trust store (`.trust`). Rejects if the store does not hold. */
export function open(trust: Uint8Array, options?: OpenOptions): Promise<Verifier>;

export interface OpenOptions {
  /** Where the wasm lies, or the wasm itself. In Node it lies beside the package's files. */
  wasm?: URL | string | BufferSource | WebAssembly.Module;
}

export class Verifier {
  private constructor();
  /**
   * Decides a bundle (`.tally`), a compact proof or the text of a short code, as a QR code holds
   * them, or a bare SD-JWT. Never throws on what a file contains.
   */
  verify(file: Uint8Array, options?: VerifyOptions): Verdict;
  /** As `verify`; the JSON itself, in which numbers above 2^53 are exact. */
  verifyToJson(file: Uint8Array, options?: VerifyOptions): string;
  /** Decides whether `file` was deposited, by the proof beside it (`.deposit`). */
  verifyDeposit(file: Uint8Array, deposit: Uint8Array, options?: VerifyOptions): DepositVerdict;
  /** Decides what a conflict file (`.conflict`) proves of the ledgers that are trusted. */
  verifyConflict(file: Uint8Array): ConflictVerdict;
  /** What a conflict file proves by itself: of keys, whoever's they are. */
  conflictAlone(file: Uint8Array): ConflictVerdict;
  /** Follows a ledger's hand-offs, all of them or none: throws if one does not hold. */
  catchUp(file: Uint8Array): void;
  /** Learns newer validators and a newer block from a bundle; whether it did. */
  advance(file: Uint8Array, options?: AdvanceOptions): boolean;
  /** The trust store with what was learned, to be kept and opened next time. */
  trustStore(): Uint8Array;
  /** Gives the memory back. Nothing may be asked afterwards. */
  close(): void;
}

export interface VerifyOptions {
  /** How old the proof of good standing may be, in milliseconds; 24 hours. */
  maxAgeMs?: number | bigint;
  /** Unix time in milliseconds; the clock of this device. */
  nowMs?: number | bigint;
}

export interface AdvanceOptions {
  /** Unix time in milliseconds; the clock of this device. */
  nowMs?: number | bigint;
}

export interface Verdict {
  headline: Headline;
  /** Eleven, always in this order. */
  checks: CheckResult[];
  evidence: Evidence;
  /** Once a header was certified. */
  freshness: Freshness | null;
}

export type Headline =
  | { kind: "valid"; reason: null }
  | { kind: "invalid"; reason: Reason }
  | { kind: "undetermined"; reason: Reason };

export interface CheckResult {
  check: Check;
  outcome: "passed" | "failed" | "unknown" | "not_checked";
  reason: Reason | null;
}

export type Check =
  | "format"
  | "ledger"
  | "finality"
  | "content"
  | "origin"
  | "authority"
  | "signature"
  | "record"
  | "period"
  | "status"
  | "freshness";

/** Stable codes, by rank; docs/verdicts.md has a sentence for each. */
export type Reason =__REASONS__;

/** What the checks established, part by part; a part that was not is null. */
export interface Evidence {
  document: DocumentEvidence | null;
  ledger: LedgerEvidence | null;
  anchor: AnchorEvidence | null;
  issuer: IssuerEvidence | null;
  status: StatusEvidence | null;
  invoice: InvoiceEvidence | null;
}

/** The document as read. Whether it may be believed is the headline's business. */
export interface DocumentEvidence {
  document_type: string;
  digest: string | null;
  fields: DocumentField[];
  undisclosed: number;
  broken_rule: string | null;
  claimed_issuer: string | null;
}

/** Texts from outside: show them as text, never as markup. */
export interface DocumentField {
  path: string;
  value: string;
}

export interface LedgerEvidence {
  ledger: string;
  name: string;
  demo: boolean;
  height: number;
  epoch: number;
  time_ms: number;
  header_hash: string;
  signers: number;
  validators: number;
}

export interface AnchorEvidence {
  height: number;
  time_ms: number;
  log_index: number;
  batch_size: number;
  key_id: string;
  key_kind: "sm2" | "ed25519" | "p256";
}

/** From the certified registry: the only name of an issuer to show. */
export interface IssuerEvidence {
  id: string;
  name: DisplayName;
  document_types: string[];
}

export interface DisplayName {
  zh: string;
  en: string;
}

export interface StatusEvidence {
  standing: "revoked" | "suspended" | "reinstated";
  reason:
    | "unspecified"
    | "issued_in_error"
    | "superseded"
    | "key_compromised"
    | "no_longer_entitled"
    | "legal_order";
  basis: string;
  role: "issuer" | "successor" | "governance";
  by: string;
  recorded_height: number;
  recorded_ms: number;
  effective_ms: number;
}

/** Amounts in fen, hundredths of a yuan. */
export interface InvoiceEvidence {
  gross_fen: number;
  remaining_fen: number;
  red_fen: number;
  pledged: boolean;
  booking:
    | "not_booked"
    | "booked_deductible"
    | "booked_non_deductible"
    | "booked_personal_deductible"
    | "booked_personal_non_deductible"
    | "withdrawn";
  period: number | null;
}

/** What the ledger has of a file; `verifyDeposit`. */
export interface DepositVerdict {
  headline: DepositHeadline;
  digest: string | null;
  deposit: DepositEvidence | null;
  ledger: LedgerEvidence | null;
  /** The header's set in its order; empty as long as no header was certified. */
  validators: ValidatorEvidence[];
  freshness: Freshness | null;
}

export type DepositHeadline =
  | { kind: "deposited"; reason: null }
  | { kind: "not_deposited"; reason: null }
  | { kind: "invalid"; reason: DepositReason }
  | { kind: "undetermined"; reason: DepositReason };

export type DepositReason =
  | Reason
  | "absence_stale"
  | "agency_proof_invalid"
  | "entry_mismatch"
  | "file_mismatch"
  | "file_too_long";

export interface DepositEvidence {
  agency: string;
  /** Null where the agency's entry was withheld or is absent. */
  name: DisplayName | null;
  recorded_height: number;
  recorded_ms: number;
}

export interface ValidatorEvidence {
  agency: string;
  /** A `did:key`. */
  key: string;
  key_id: string;
  signed: boolean;
}

/** What two certified headers prove of a validator set; `verifyConflict`, `conflictAlone`. */
export interface ConflictVerdict {
  headline: ConflictHeadline;
  /** Of the file's own set and names. */
  conflict: ConflictEvidence | null;
  /** Once the set is that of a trusted ledger. */
  pinned: PinnedLedger | null;
}

export type ConflictHeadline =
  | { kind: "equivocation"; reason: null }
  | { kind: "fork"; reason: null }
  | { kind: "invalid"; reason: ConflictReason }
  | { kind: "undetermined"; reason: ConflictReason };

export type ConflictReason =
  | Reason
  | "different_sets"
  | "no_trust_store"
  | "one_history"
  | "other_set"
  | "same_header";

export interface ConflictEvidence {
  fault: Fault;
  ledger: string;
  epoch: number;
  set_hash: string;
  validators: number;
  faulty_at_least: number;
  headers: ConflictingHeader[];
}

/** Culprits broke a rule that no honest validator breaks; suspects are to be asked. */
export type Fault =
  | { kind: "equivocation"; culprits: Signatory[] }
  | { kind: "fork"; contradiction: Contradiction; suspects: Signatory[] };

export type Contradiction = "same_height" | "past_end" | "other_previous";

export interface Signatory {
  agency: string;
  /** A `did:key`. */
  key: string;
  key_id: string;
}

export interface ConflictingHeader {
  height: number;
  round: number;
  header_hash: string;
  time_ms: number;
}

export interface PinnedLedger {
  name: string;
  demo: boolean;
}

export interface Freshness {
  as_of_ms: number;
  age_ms: number;
  max_age_ms: number;
}
