#!/bin/sh
# The unit, the account and the directories as they are shipped, seen by systemd's own tools.
# usage: systemd_test.sh SOURCE_ROOT [TOLD_BINARY]
set -eu

source_root=$1
told=${2:-}
# The binary that stands for /usr/bin/told: verify asks only whether there is such an executable.
if [ -z "$told" ]; then told=/bin/true; fi

command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

# As shipped, the only complaint may be that told is not installed on this machine.
cp "$source_root/systemd/told.service" "$work/told.service"
complaints=$(systemd-analyze verify "$work/told.service" 2>&1 | grep -v 'Command /usr/bin/told is not executable' || true)
[ -z "$complaints" ] || fail "systemd-analyze verify (as shipped): $complaints"

# And with a binary in its place there is none at all.
mkdir "$work/built"
sed "s|^ExecStart=/usr/bin/told |ExecStart=$told |" "$source_root/systemd/told.service" >"$work/built/told.service"
grep -q "^ExecStart=$told --config /etc/told/told.toml\$" "$work/built/told.service" || fail "ExecStart is another"
systemd-analyze verify "$work/built/told.service" >"$work/verify" 2>&1 || fail "verify: $(cat "$work/verify")"
[ ! -s "$work/verify" ] || fail "verify: $(cat "$work/verify")"
echo "verify: nothing to complain about (with $told)"

# The threshold is in tenths: 1.5.
systemd-analyze security --offline=true --no-pager --threshold=15 "$work/told.service" >"$work/security" ||
  fail "exposure above 1.5: $(tail -1 "$work/security")"
tail -1 "$work/security"

# libzmq aborts when it binds to an address and may not open AF_NETLINK: no score is worth that.
grep -q '^RestrictAddressFamilies=.*AF_NETLINK' "$work/told.service" || fail "AF_NETLINK must be allowed"

# Every credential that the shipped configuration names is one that the unit hands over.
for name in $(sed -n 's/^[a-z]* = "credential:\(.*\)"$/\1/p' "$source_root/config/told.toml"); do
  grep -q "^LoadCredentialEncrypted=$name:" "$work/told.service" || fail "the unit loads no credential $name"
done

if ! command -v systemd-sysusers >/dev/null || ! command -v systemd-tmpfiles >/dev/null; then
  echo "not shown: systemd-sysusers or systemd-tmpfiles is not here"
elif [ "$(id -u)" != 0 ]; then
  echo "not shown: the account and the directories, which need root even in a root directory of their own"
else
  mkdir -p "$work/root/etc"
  systemd-sysusers --root="$work/root" "$source_root/systemd/told.sysusers" 2>"$work/sysusers" ||
    fail "sysusers: $(cat "$work/sysusers")"
  grep -q '^told:.*:/var/lib/told:.*nologin$' "$work/root/etc/passwd" || fail "no account told without a shell"
  systemd-tmpfiles --root="$work/root" --create "$source_root/systemd/told.tmpfiles" 2>"$work/tmpfiles" ||
    fail "tmpfiles: $(cat "$work/tmpfiles")"
  mode=$(stat -c %a "$work/root/etc/told")
  [ "$mode" = 750 ] || fail "/etc/told has mode $mode"
  # Whoever may use the duty desk's socket may not enter where the Prevent stream's lies.
  for stream in prevent audit; do
    grep -q "^told-$stream:" "$work/root/etc/group" || fail "no group told-$stream"
    mode=$(stat -c '%a' "$work/root/run/told-$stream")
    [ "$mode" = 2750 ] || fail "/run/told-$stream has mode $mode"
  done
  echo "the account and the directories are made"
fi
