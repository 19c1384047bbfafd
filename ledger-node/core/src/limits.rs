//! Every bound of the ledger, in one place.

/// The longest signed transaction.
pub const MAX_TRANSACTION_BYTES: usize = 1 << 20;
/// The most transactions in one block.
pub const MAX_BLOCK_TRANSACTIONS: usize = 10_000;
/// The most bytes of transactions in one block.
pub const MAX_BLOCK_BYTES: usize = 4 << 20;
/// How heavy a block is that a node proposes in a height's first round; half of it in the next, and
/// so on, so that a block that was too much for those who must vote in time does not come again.
/// One unit is about the cost of one key of the state, so that a block costs a node a fraction of
/// a second. Not a rule of validity: what a quorum may be locked on must stay valid in any round.
pub const MAX_BLOCK_WEIGHT: u64 = 3000;
/// Bytes of a transaction that weigh as much as one key: parsing, hashing, keeping, sending.
pub const BYTES_PER_WEIGHT: u64 = 512;
/// The longest proposal: a full body, its length prefixes, and a header.
pub const MAX_PROPOSAL_BYTES: usize = MAX_BLOCK_BYTES + 5 * MAX_BLOCK_TRANSACTIONS + 4096;
/// The most documents or invoices of one batch.
pub const MAX_BATCH: usize = 10_000;
/// The most rights of one issuer.
pub const MAX_RIGHTS: usize = 1000;
/// The most members, and the most signatures of one decision.
pub const MAX_MEMBERS: usize = 100;
/// The most motions of one member in the list of those that can be voted on.
pub const MAX_OPEN_MOTIONS: usize = 16;
/// The most keys, present and past, of one DID.
pub const MAX_DID_KEYS: usize = 100;
/// The most digests of one deposit.
pub const MAX_DEPOSITS: usize = 1000;
/// The most purposes of one verifier.
pub const MAX_PURPOSES: usize = 32;
/// The most numbers of one lease.
pub const MAX_LEASE: u64 = 100_000_000;
/// How far ahead of the head a transaction may expire, in blocks. Replay keys live that long.
pub const MAX_EXPIRY_AHEAD: u64 = 1000;
/// How far a new proposal's time may lie from a validator's clock.
pub const CLOCK_WINDOW_MS: u64 = 5000;
/// For how many heights below the head state proofs can be made.
pub const RETAINED_HEIGHTS: u64 = 1000;
/// The most transactions that wait.
pub const MAX_PENDING: usize = 20_000;
/// The most bytes of waiting transactions.
pub const MAX_PENDING_BYTES: usize = 64 << 20;
/// The most transactions of one sender that wait.
pub const MAX_PENDING_PER_SENDER: usize = 1000;
/// How many of those that wait may have come before what they are to come after.
pub const MAX_EARLY: usize = 1_000;
/// How many refusals are remembered for those who ask.
pub const REMEMBERED_REFUSALS: usize = 10_000;
/// The most hand-offs in one answer.
pub const MAX_HANDOFFS: usize = 100;
