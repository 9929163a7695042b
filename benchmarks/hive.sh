#!/bin/bash
# Measures our hives beside hivex: keys with two values each, made in an empty hive, in seconds of processor time.
# usage: benchmarks/hive.sh [--rounds N] [--keys N] [--ours] [--record]
#   --rounds  of each pair (default 3); medians count
#   --keys    the larger number of keys (default 100000); the smaller is a tenth of it
#   --ours    leaves hivex out, which takes ten times as long
#   --record  adds the result to RESULTS.md
# Needs python3-hivex, hivexregedit and /usr/bin/time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=3 keys=100000 ours= record=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --keys) keys=$2; shift 2 ;;
    --ours) ours=1; shift ;;
    --record) record=1; shift ;;
    *) sed -n 's/^# \{0,1\}//p' "$0" | sed -n '1,7p' >&2; exit 2 ;;
  esac
done
jar=$here/target/benchmarks.jar
[ -r "$jar" ] || (cd "$here/.." && mvn -q -B -pl benchmarks -am -DskipTests package)
python=/usr/bin/python3
$python -c 'import hivex' || { echo "hive.sh: python3-hivex is missing" >&2; exit 1; }
command -v hivexregedit > /dev/null || { echo "hive.sh: hivexregedit is missing" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

median() { sort -n | awk '{a[NR]=$1} END {print NR%2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
ours() { java -Xmx1g -cp "$jar" io.vhdboot.benchmarks.HiveRun "$@"; }
seconds() { # the processor's, user and system
  /usr/bin/time -f '%U %S' -o "$work/time" "$@" > /dev/null
  awk '{print $1 + $2}' "$work/time"
}
ours create "$work/empty"
cat > "$work/fill.py" << 'P'
import hivex, struct, sys
path, count = sys.argv[1], int(sys.argv[2])
h = hivex.Hivex(path, write=True)
root = h.root()
for i in range(count):
    if i % 1000 == 0:
        folder = h.node_add_child(root, "folder %d" % (i // 1000))
    key = h.node_add_child(folder, "key %d" % i)
    h.node_set_values(key, [
        {"key": "number", "t": 4, "value": struct.pack("<I", i)},
        {"key": "text", "t": 1, "value": ("some text %d\0" % i).encode("utf-16-le")}])
h.commit(None)
P
reg() {
  $python - "$1" "$2" << 'P'
import sys
with open(sys.argv[1], "w", newline="\r\n") as f:
    f.write("Windows Registry Editor Version 5.00\n\n")
    for i in range(int(sys.argv[2])):
        if i % 1000 == 0:
            f.write("[HKEY_LOCAL_MACHINE\\BENCH\\folder %d]\n\n" % (i // 1000))
        f.write("[HKEY_LOCAL_MACHINE\\BENCH\\folder %d\\key %d]\n" % (i // 1000, i))
        f.write('"number"=dword:%08x\n"text"="some text %d"\n\n' % (i, i))
P
}
fresh() { cp "$work/empty" "$work/hive"; }
run() { # run NAME KEYS: one more time in the file of that name
  fresh
  case $1 in
    fill-ours) seconds java -Xmx1g -cp "$jar" io.vhdboot.benchmarks.HiveRun fill "$work/hive" "$2" 1000 ;;
    fill-one-folder) seconds java -Xmx1g -cp "$jar" io.vhdboot.benchmarks.HiveRun fill "$work/hive" "$2" "$2" ;;
    fill-hivex) seconds $python "$work/fill.py" "$work/hive" "$2" ;;
    reg-ours) seconds java -Xmx1g -cp "$jar" io.vhdboot.benchmarks.HiveRun import "$work/hive" "$work/$2.reg" ;;
    reg-hivex) seconds hivexregedit --merge --prefix 'HKEY_LOCAL_MACHINE\BENCH' "$work/hive" "$work/$2.reg" ;;
  esac >> "$work/$1-$2"
}
small=$((keys / 10))
names="fill-ours fill-one-folder reg-ours"
[ -n "$ours" ] || names="$names fill-hivex reg-hivex"
for n in $small "$keys"; do
  reg "$work/$n.reg" "$n"
  for _ in $(seq "$rounds"); do
    for name in $names; do run $name "$n"; done
  done
done
value() { median < "$work/$1-$2"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
{
  echo
  echo "## Hives: $(date -I)"
  echo
  echo "$(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | sed -n '1s/.*version //p'), load $(cut -d' ' -f1 /proc/loadavg) at the end; medians of $rounds rounds in turns, seconds of processor time."
  echo
  echo "| keys with two values each | $small | $keys | growth |"
  echo "| --- | --- | --- | --- |"
  for name in $names; do
    a=$(value $name "$small") b=$(value $name "$keys")
    echo "| $name | $a | $b | $(ratio "$b" "$a") |"
  done
  [ -n "$ours" ] || echo
  [ -n "$ours" ] || echo "hivex takes $(ratio "$(value fill-hivex "$keys")" "$(value fill-ours "$keys")") times as long to make $keys keys, and $(ratio "$(value reg-hivex "$keys")" "$(value reg-ours "$keys")") times as long to merge them from a .reg file."
} | tee "$work/result"
[ -z "$record" ] || cat "$work/result" >> "$here/RESULTS.md"
