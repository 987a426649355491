//! Where state is kept: an append-only log and keyed documents, in memory and in SQLite, with one contract suite.
