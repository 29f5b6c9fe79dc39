#!/bin/sh
# Installs `journey` from its releases, into ~/.local/bin:
#   curl -fsSL https://github.com/OWNER/journey/releases/latest/download/install.sh | sh
# JOURNEY_BIN names another folder; JOURNEY_FROM another place to take it from: an address, or a folder with what a release
# holds.
set -eu

from=${JOURNEY_FROM:-https://github.com/OWNER/journey/releases/latest/download}
into=${JOURNEY_BIN:-$HOME/.local/bin}

say() { echo "journey: $*" >&2; }
stop() {
  say "$@"
  exit 1
}

case "$(uname -s)" in
  Linux) system=unknown-linux-gnu ;;
  Darwin) system=apple-darwin ;;
  *) stop "there is no ready program for $(uname -s) here: take the .zip of the release, or build it with cargo" ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) machine=x86_64 ;;
  aarch64 | arm64) machine=aarch64 ;;
  *) stop "there is no ready program for $(uname -m): build it with cargo" ;;
esac
name=journey-$machine-$system

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Takes a file of the release.
take() {
  case "$from" in
    http://* | https://*)
      if command -v curl >/dev/null; then
        curl --proto-redir =https -fsSL "$from/$1" -o "$work/$1"
      elif command -v wget >/dev/null; then
        wget -q "$from/$1" -O "$work/$1"
      else
        stop "curl or wget is needed to fetch it"
      fi
      ;;
    *) cp "$from/$1" "$work/$1" ;;
  esac || stop "$from/$1 could not be fetched: nothing was installed"
}
take "$name.tar.gz"
take "$name.sha256"

# What came is what was released.
cd "$work"
if command -v sha256sum >/dev/null; then
  sha256sum -c "$name.sha256" >/dev/null 2>&1
else
  shasum -a 256 -c "$name.sha256" >/dev/null 2>&1
fi || stop "$name.tar.gz is not what was released (its checksum differs): nothing was installed"
tar -xzf "$name.tar.gz" journey || stop "$name.tar.gz holds no journey: nothing was installed"
./journey --version >/dev/null || stop "this program does not run on this machine: nothing was installed"

mkdir -p "$into"
# One step: nobody ever finds half a program.
mv journey "$into/.journey.new"
mv "$into/.journey.new" "$into/journey"
say "installed $("$into/journey" --version) as $into/journey"
case ":$PATH:" in
  *":$into:"*) ;;
  *) say "$into is not on your PATH: add a line such as  export PATH=\"$into:\$PATH\"  to your shell's profile" ;;
esac
