#!/bin/bash
# vhd.sh [--rounds N] [--size MiB] [--filled MiB] [--only write|read|random] [--record]: virtual disks by vhdboot and by
# qemu-img, in turns. Of every 16 MiB of the disk so many are filled: 8 unless told, 16 for none of the holes that qemu-img
# asks the host for and Java cannot.
set -euo pipefail
rounds=5 size=2048 filled=8 only= record=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --size) size=$2; shift 2 ;;
    --filled) filled=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --record) record=1; shift ;;
    *) echo "usage: $0 [--rounds N] [--size MiB] [--filled MiB] [--only write|read|random] [--record]" >&2; exit 2 ;;
  esac
done
here=$(cd "$(dirname "$0")/.." && pwd)
jar=$here/benchmarks/target/benchmarks.jar
for file in "$here/cli/target/vhdboot.jar" "$jar"; do
  [ -r "$file" ] || { echo "build first: mvn -pl cli,benchmarks -am package" >&2; exit 1; }
done
for tool in qemu-img python3; do command -v $tool > /dev/null || { echo "$tool is missing" >&2; exit 1; }; done
dir=$(mktemp -d "${TMPDIR:-/tmp}/vhdboot-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# Of every 16 MiB the first N hold bytes that do not repeat; the rest is holes.
image() { # image FILE MiB N
  python3 - "$@" << 'PY'
import random, sys
path, mib, filled = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
source = random.Random(1)
with open(path, "wb") as f:
    f.truncate(mib << 20)
    for at in range(0, mib, 16):
        f.seek(at << 20)
        f.write(source.randbytes(min(filled, mib - at) << 20))
PY
}

now() { date +%s.%N; }
took() { awk -v a="$(now)" -v b="$1" 'BEGIN { print a - b }'; }
timed() { # timed FILE-OF-TIMES COMMAND...: each run begins with its input in memory and nothing to be written
  local times=$1; shift
  rm -f "$dir/out"; sync -f "$dir"; cat "$dir"/source.* > /dev/null
  local start; start=$(now)
  "$@" > /dev/null
  sync -f "$dir"
  took "$start" >> "$times"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ours() { "$here/vhdboot" vhd convert --quiet "$@"; }
line() { # line NAME: from the times in a and b
  awk -v n="$1" -v a="$(median "$dir/a")" -v b="$(median "$dir/b")" \
    'BEGIN { printf "| %s | %.2f s | %.2f s | %.2f |\n", n, a, b, b / a }' | tee -a "$dir/table"
}

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
  line "$name"
}

reads() { # reads NAME FORMAT FILE
  local count=400000 pages step
  pages=$((size / 2 * 256)) # 4 KiB
  step=$(((pages * 382 / 1000 | 1) * 4096))
  rm -f "$dir/a" "$dir/b"
  cat "$3" > /dev/null
  for _ in $(seq "$rounds"); do
    java -cp "$jar" io.vhdboot.benchmarks.DiskRun "$3" $count $step 2 >> "$dir/a"
    qemu-img bench -f "$2" -c $count -d 2 -s 4096 -S $step "$3" | sed -n 's/^Run completed in \(.*\) seconds.*/\1/p' >> "$dir/b"
  done
  line "$1"
}

load=$(cut -d' ' -f1 /proc/loadavg)
echo "| median of $rounds | vhdboot | qemu-img | rate of qemu-img's |" | tee "$dir/table"
echo "| --- | --- | --- | --- |" | tee -a "$dir/table"
if [ "$only" != random ]; then
  image "$dir/source.img" "$size" "$filled"
fi
if [ -z "$only" ] || [ "$only" = write ]; then
  compare "raw to dynamic VHD" "$dir/source.img" "$dir/out" --format vhd -- -f raw -O vpc -o force_size=on "$dir/source.img" "$dir/out"
  compare "raw to dynamic VHDX" "$dir/source.img" "$dir/out" --format vhdx -- -f raw -O vhdx "$dir/source.img" "$dir/out"
fi
if [ -z "$only" ] || [ "$only" = read ]; then
  qemu-img convert -f raw -O vpc -o force_size=on "$dir/source.img" "$dir/source.vhd"
  qemu-img convert -f raw -O vhdx "$dir/source.img" "$dir/other.vhdx"
  rm "$dir/source.img"
  compare "dynamic VHD to raw" "$dir/source.vhd" "$dir/out" --format raw -- -f vpc -O raw "$dir/source.vhd" "$dir/out"
  mv "$dir/other.vhdx" "$dir/source.vhdx"; rm "$dir/source.vhd"
  compare "dynamic VHDX to raw" "$dir/source.vhdx" "$dir/out" --format raw -- -f vhdx -O raw "$dir/source.vhdx" "$dir/out"
fi
rm -f "$dir"/source.* "$dir/out"
if [ -z "$only" ] || [ "$only" = random ]; then
  image "$dir/full.img" $((size / 2)) 16
  qemu-img convert -f raw -O vpc -o force_size=on "$dir/full.img" "$dir/full.vhd"
  qemu-img convert -f raw -O vhdx "$dir/full.img" "$dir/full.vhdx"
  rm "$dir/full.img"
  reads "400,000 reads of 4 KiB all over, 2 at a time, VHD" vpc "$dir/full.vhd"
  reads "the same, VHDX" vhdx "$dir/full.vhdx"
fi
rm -f "$dir/a"
for _ in $(seq "$rounds"); do
  start=$(now)
  "$here/vhdboot" vhd info --help > /dev/null
  took "$start" >> "$dir/a"
done
start=$(median "$dir/a")
echo "A start that does nothing: $start s."
if [ -n "$record" ]; then
  {
    printf '\n### %s: virtual disks beside qemu-img\n\n' "$(date +%F)"
    printf '%s MiB, %s of every 16 filled. %s x %s, load %s before; %s; %s.\n\n' "$size" "$filled" "$(nproc)" \
      "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$load" \
      "$(java -version 2>&1 | head -1)" "$(qemu-img --version | head -1)"
    cat "$dir/table"
    printf '\nConversions are with the start of either program and until the output is on the disk; a start of ours that does\nnothing takes %s s. The reads are without the start.\n' "$start"
  } >> "$here/benchmarks/RESULTS.md"
fi
