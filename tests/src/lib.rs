//! Nothing: the tests stand in `it/`.
