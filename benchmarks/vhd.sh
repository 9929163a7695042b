#!/bin/bash
# vhd.sh [--rounds N] [--size MiB]: conversions by vhdboot and by qemu-img, in turns.
set -euo pipefail
rounds=5 size=2048
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --size) size=$2; shift 2 ;;
    *) echo "usage: $0 [--rounds N] [--size MiB]" >&2; exit 2 ;;
  esac
done
here=$(cd "$(dirname "$0")/.." && pwd)
jar=$here/cli/target/vhdboot.jar
[ -r "$jar" ] || { echo "build first: mvn -pl cli -am package" >&2; exit 1; }
for tool in qemu-img python3; do command -v $tool > /dev/null || { echo "$tool is missing" >&2; exit 1; }; done
dir=$(mktemp -d "${TMPDIR:-/tmp}/vhdboot-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# Half of the disk holds bytes that do not repeat, in runs of 8 MiB; the rest is holes.
python3 - "$dir/source.img" "$size" << 'PY'
import random, sys
path, mib = sys.argv[1], int(sys.argv[2])
source = random.Random(1)
with open(path, "wb") as f:
    f.truncate(mib << 20)
    for at in range(0, mib, 16):
        f.seek(at << 20)
        f.write(source.randbytes(min(8, mib - at) << 20))
PY

now() { date +%s.%N; }
timed() { # timed FILE-OF-TIMES COMMAND...: each run begins with its input in memory and nothing to be written
  local times=$1; shift
  rm -f "$dir/out"; sync; cat "$dir"/source.* > /dev/null
  local start; start=$(now)
  "$@" > /dev/null
  sync -f "$dir"
  awk -v a="$(now)" -v b="$start" 'BEGIN { print a - b }' >> "$times"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ours() { java -jar "$jar" vhd convert --quiet "$@"; }

compare() { # compare NAME OUR-ARGUMENTS... -- THEIR-ARGUMENTS...
  local name=$1; shift
  local mine=()
  while [ "$1" != -- ]; do mine+=("$1"); shift; done
  shift
  rm -f "$dir/a" "$dir/b"
  timed /dev/null ours "${mine[@]}"
  for _ in $(seq "$rounds"); do
    timed "$dir/a" ours "${mine[@]}"
    timed "$dir/b" qemu-img convert "$@"
  done
  local a b
  a=$(median "$dir/a") b=$(median "$dir/b")
  printf '%-28s vhdboot %6.2f s, qemu-img %6.2f s, rate %.2f of qemu-img\n' "$name" "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { print b / a }')"
}

qemu-img convert -f raw -O vpc -o force_size=on "$dir/source.img" "$dir/source.vhd"
compare "write: raw to dynamic VHD" "$dir/source.img" "$dir/out" --format vhd -- -f raw -O vpc -o force_size=on "$dir/source.img" "$dir/out"
compare "read: dynamic VHD to raw" "$dir/source.vhd" "$dir/out" --format raw -- -f vpc -O raw "$dir/source.vhd" "$dir/out"
