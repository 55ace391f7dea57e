#!/usr/bin/env bash
# Builds every target, and runs all, or those named: `tests/fuzz/run.sh [TARGET…]`. With
#
#     RUNS=1000000    that many executions each, which is the default
#     SECONDS_ALL=60  as many seconds for all together instead
#     SEEDS=FOLDER    a folder of real files, taken in beside `seeds`
#
# Overflows and failed debug assertions count as crashes. Only a C++ compiler is wanted, for
# libFuzzer: what cargo-fuzz passes to the compiler is stable.
set -euo pipefail
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR="$PWD/../../target/fuzz" CARGO_INCREMENTAL=0
export CARGO_PROFILE_DEV_OPT_LEVEL=1
# For the target alone, so that build scripts are not instrumented.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\(.*\)"/\1/p' Cargo.toml | tail -n +2)
cargo build --locked -p imm-cluster-fuzz --target "$host" "${targets[@]/#/--bin=}"

if [ -n "${SECONDS_ALL:-}" ]; then
    each=$((SECONDS_ALL / ${#targets[@]}))
    limit=-max_total_time=$((each > 0 ? each : 1))
else
    limit=-runs="${RUNS:-1000000}"
fi
mkdir -p artifacts
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target"
    if [ -n "${SEEDS:-}" ]; then
        find "$SEEDS" -type f -size -64k -exec cp -n {} "corpus/$target/" \; 2>/dev/null || true
    fi
    seeds=()
    [ ! -d "seeds/$target" ] || seeds=("seeds/$target")
    log=$CARGO_TARGET_DIR/$target.log
    if ! "$CARGO_TARGET_DIR/$host/debug/$target" "$limit" -max_len=16384 -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="artifacts/$target-" \
        "corpus/$target" "${seeds[@]}" >"$log" 2>&1; then
        failed=1
        grep -E "panicked|ERROR|SUMMARY|Test unit written|timeout" -A2 "$log" | sed "s/^/$target: /" || true
    fi
    printf '%-14s %s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p; s/^stat::peak_rss_mb: *\(.*\)/executions, \1 MB/p' "$log" | tr '\n' ' ')"
done
exit "${failed:-0}"
