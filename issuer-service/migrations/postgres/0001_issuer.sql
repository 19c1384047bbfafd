-- What the service has decided and must not forget. None of it is evidence: a verifier believes
-- the ledger, and this database could be lost without making one document doubtful.
--
-- Times are milliseconds since 1970; digests, keys and secrets' hashes are 32-byte blobs.
-- `migrations/sqlite` holds the same tables in the other dialect.

-- Facts about the installation; `ledger` is the fingerprint of the one ledger it works with.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- The tokens that open an agency's desk; only their hashes are kept.
CREATE TABLE desk (
    agency     TEXT PRIMARY KEY NOT NULL,
    token_hash BYTEA NOT NULL
);

-- One row is one transaction to the ledger, from the decision to send it to its outcome. The
-- bytes are stored before they are sent, so that a crash can only lead to sending the same bytes
-- again, which the ledger takes once.
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('anchor', 'invoice', 'lease', 'status')),
    agency        TEXT NOT NULL,
    seller        TEXT,
    document_type TEXT,
    lease_first   TEXT,
    state         TEXT NOT NULL CHECK (state IN ('open', 'signed', 'submitted', 'final', 'refused')),
    attempt       BIGINT NOT NULL,
    tx            BYTEA,
    tx_id         TEXT,
    expiry        BIGINT,
    batch_signature BYTEA,
    height        BIGINT,
    log_index     BIGINT,
    refusal       TEXT,
    next_try_ms   BIGINT NOT NULL,
    created_ms    BIGINT NOT NULL
);
CREATE INDEX outbox_active ON outbox (state, next_try_ms);

-- An agency's leave for a seller. `used` counts the numbers given out, `reserved_fen` their
-- amounts: the ledger refuses a whole batch for one number too many, so it is counted here first.
CREATE TABLE lease (
    agency       TEXT NOT NULL,
    seller       TEXT NOT NULL,
    first_number TEXT NOT NULL,
    number_count BIGINT NOT NULL,
    used         BIGINT NOT NULL,
    quota_fen    BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL,
    outbox       TEXT NOT NULL REFERENCES outbox (id),
    PRIMARY KEY (agency, seller, first_number)
);

-- A document. `content` is the SD-JWT or the invoice, and null until the holder has claimed it;
-- `digest` is what the ledger anchors.
CREATE TABLE document (
    id            TEXT PRIMARY KEY NOT NULL,
    agency        TEXT NOT NULL,
    document_type TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('offered', 'queued', 'submitted', 'anchored', 'failed')),
    failure       TEXT,
    digest        BYTEA UNIQUE,
    content       BYTEA,
    seller        TEXT,
    lease_first   TEXT,
    number        TEXT UNIQUE,
    seed          BYTEA,
    gross_fen     BIGINT,
    claim_key     BYTEA,
    claim_secret  BYTEA,
    download_hash BYTEA NOT NULL,
    outbox        TEXT REFERENCES outbox (id),
    batch_path    BYTEA,
    created_ms    BIGINT NOT NULL
);
CREATE INDEX document_queue ON document (state, agency);
CREATE INDEX document_outbox ON document (outbox);

-- A change of a document's standing, on its way to the ledger.
CREATE TABLE standing (
    outbox       TEXT PRIMARY KEY NOT NULL REFERENCES outbox (id),
    document     TEXT NOT NULL REFERENCES document (id),
    reason       TEXT NOT NULL,
    effective_ms BIGINT NOT NULL
);
CREATE INDEX standing_document ON standing (document);

-- A pre-authorized offer. The secrets in its link are kept as hashes; `claims` is erased once the
-- credential is made.
CREATE TABLE offer (
    id_hash           BYTEA PRIMARY KEY NOT NULL,
    code_hash         BYTEA NOT NULL UNIQUE,
    agency            TEXT NOT NULL,
    document          TEXT NOT NULL REFERENCES document (id),
    configuration     TEXT NOT NULL,
    claims            TEXT,
    tx_code_hash      BYTEA,
    tries_left        BIGINT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('open', 'redeemed', 'claimed')),
    expires_ms        BIGINT NOT NULL,
    access_hash       BYTEA UNIQUE,
    access_expires_ms BIGINT
);

-- Nonces handed out and not yet used.
CREATE TABLE nonce (
    hash       BYTEA PRIMARY KEY NOT NULL,
    expires_ms BIGINT NOT NULL
);
