#!/bin/sh
# Builds the Debian package into target/debian, man pages and completions included:
#
#     packaging/deb.sh                as it is to be given away
#     packaging/deb.sh dev            with another Cargo profile, to try it out
#     packaging/deb.sh dev no-build   of the program that this profile built before
#
# cargo-deb is wanted: cargo install cargo-deb
set -eu
cd "$(dirname "$0")/.."
profile=${1:-release}
target=${CARGO_TARGET_DIR:-target}
case $profile in
dev) program=$target/debug/imm-cluster ;;
*) program=$target/$profile/imm-cluster ;;
esac

[ "${2:-}" = no-build ] || cargo build --locked --profile "$profile" --bin imm-cluster
rm -rf target/packaging target/debian
mkdir -p target/packaging/completions
"$program" --quiet man --output target/packaging/man
for shell in bash zsh fish; do
    "$program" completions "$shell" >"target/packaging/completions/$shell"
done
# Debian wants a changelog of the package, in its form.
version=$("$program" -V | cut -d ' ' -f 2)
when=$(LC_ALL=C date --utc --rfc-email --date "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}")
cat >target/packaging/changelog <<END
imm-cluster ($version-1) unstable; urgency=medium

  * What changed stands in changelog.gz beside this file.

 -- The imm-cluster contributors <imm-cluster@example.org>  $when
END
cargo deb --locked --no-build --profile "$profile"
