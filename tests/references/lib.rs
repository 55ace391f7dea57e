//! imm-cluster held to other libraries: `tests` says what they read and name alike, and
//! `benches` of the main folder how fast. Nothing is built here for anybody else.
