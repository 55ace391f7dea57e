#!/usr/bin/env bash
# Runs every target for a million executions, or those named: `tests/fuzz/run.sh [TARGET…]`.
# Overflows and failed debug assertions count as crashes.
# Needs cargo-fuzz (`cargo install cargo-fuzz`). RUNS and SEEDS (a folder of real files) may be set.
set -euo pipefail
cd "$(dirname "$0")"
# The instrumentation is unstable; the code under test is built by the stable compiler.
export RUSTC_BOOTSTRAP=1
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\(.*\)"/\1/p' Cargo.toml | tail -n +2)
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target"
    if [ -n "${SEEDS:-}" ]; then
        find "$SEEDS" -type f -size -64k -exec cp -n {} "corpus/$target/" \; 2>/dev/null || true
    fi
    cargo fuzz run --fuzz-dir . --sanitizer none --debug-assertions "$target" -- \
        -runs="${RUNS:-1000000}" -max_len=16384 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        2>&1 | grep -E "panicked|ERROR|SUMMARY|stat::number_of_executed_units|stat::peak_rss_mb|Test unit written|timeout" | sed "s/^/$target: /" || failed=1
done
exit "${failed:-0}"
