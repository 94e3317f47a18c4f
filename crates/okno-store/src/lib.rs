//! Facts: the only SQL. Journal, outbox, leases, blobs and rows on SQLite and PostgreSQL.
