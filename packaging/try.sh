#!/bin/sh
# Installs a package as root, tries what it brought, and removes it again:
#
#     packaging/try.sh target/debian/imm-cluster_*.deb
set -eu
package=$1

if command -v lintian >/dev/null; then
    # There is no bug in Debian that asks for this package.
    lintian --allow-root --fail-on error,warning \
        --suppress-tags initial-upload-closes-no-bugs "$package"
fi

trap 'dpkg --remove imm-cluster >/dev/null' EXIT
# Images of containers leave out documentation unless told.
dpkg --path-include='/usr/share/*' --install "$package"

cd /tmp
imm-cluster --version
imm-cluster lookup 30.2489,120.1485 | grep Hangzhou
for page in imm-cluster imm-cluster-run imm-cluster-clusters-list; do
    man -w "$page"
done
man imm-cluster | grep 'the trips in your photos' >/dev/null
# As a shell reads it.
bash -c '. /usr/share/bash-completion/completions/imm-cluster && complete -p imm-cluster'
for file in \
    /usr/share/zsh/vendor-completions/_imm-cluster \
    /usr/share/fish/vendor_completions.d/imm-cluster.fish \
    /usr/share/doc/imm-cluster/copyright \
    /usr/share/doc/imm-cluster/NOTICE.md \
    /usr/share/doc/imm-cluster/NOTICE-OSM.md \
    /usr/share/doc/imm-cluster/docs/scheduling.md \
    /usr/share/doc/imm-cluster/docs/zh-CN/scheduling.md \
    /usr/lib/systemd/user/imm-cluster.service \
    /usr/lib/systemd/user/imm-cluster.timer; do
    test -s "$file" || { echo "missing: $file" >&2; exit 1; }
done

dpkg --remove imm-cluster
trap - EXIT
if test -e /usr/bin/imm-cluster || test -e /usr/share/doc/imm-cluster; then
    echo "removing it left something behind" >&2
    exit 1
fi
