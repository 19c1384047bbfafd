"""Makes ledgers, documents and bundles for tests: the other side of `tally`, with keys that are no secret."""
