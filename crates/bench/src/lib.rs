//! Nothing to use: the benchmarks are in `benches/`.
