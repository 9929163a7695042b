#!/bin/bash
# Measures our NTFS beside ntfs-3g's (FUSE, big_writes): the same files, in turns, in seconds of the clock.
# usage: benchmarks/ntfs.sh [--rounds N] [--files N] [--mib N] [--many N] [--only WHAT] [--record]
#   --rounds  of each pair (default 3); medians count
#   --files   files of the tree that is built and read (default 5000), --mib their size together (default 1100)
#   --many    empty files that we build (default 1000000); ntfs-3g makes a tenth of them
#   --only    one of build (and reading), edit, empty
#   --record  adds the result to RESULTS.md
# Needs root, ntfs-3g, /usr/bin/time, and room for three times the tree in $TMPDIR: /dev/shm to leave the disk out of it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=3 files=5000 mib=1100 many=1000000 only= record=
usage() { sed -n 's/^# \{0,1\}//p' "$0" | sed -n '1,8p' >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --files) files=$2; shift 2 ;;
    --mib) mib=$2; shift 2 ;;
    --many) many=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --record) record=1; shift ;;
    *) usage ;;
  esac
done
[ "$(id -u)" = 0 ] || { echo "ntfs.sh: mounting needs root" >&2; exit 1; }
jar=$here/target/benchmarks.jar
if [ ! -r "$jar" ]; then
  (cd "$here/.." && mvn -q -B -pl benchmarks -am -DskipTests package)
fi
work=$(mktemp -d)
mount=$work/mount
mkdir "$mount"
trap 'mountpoint -q "$mount" && umount "$mount"; rm -rf "$work"' EXIT

median() { sort -n | awk '{a[NR]=$1} END {print NR%2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
# As the vhdboot command starts Java for what only moves bytes, but for the memory; a million files are
# worth the second compiler, and a heap that need not grow.
ours() {
  local how="-XX:TieredStopAtLevel=1 -Xms64m"
  case $1 in empty | warm) how=-Xms1g ;; esac
  # shellcheck disable=SC2086
  java -Xmx1g -XX:+UseSerialGC $how -XX:-UsePerfData -cp "$jar" io.vhdboot.benchmarks.VolumeRun "$@"
}
seconds() { /usr/bin/time -f %e -o "$work/time" "$@" >/dev/null; cat "$work/time"; }
empty_volume() { rm -f "$1"; truncate -s "$2" "$1"; mkntfs -q -F -Q "$1" >/dev/null 2>&1; }
mounted() { ntfs-3g -o big_writes "$1" "$mount"; shift; "$@"; umount "$mount"; sync -f "$work"; }
cold() { sync; echo 3 > /proc/sys/vm/drop_caches 2>/dev/null || true; }

wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# A tree whose files' sizes spread as those of a Windows do: many small ones, a few large.
if wanted build; then python3 - "$work/tree" "$files" "$mib" <<'P'
import os, random, sys
root, count, mib = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
r = random.Random(1)
weights = [r.paretovariate(0.8) for _ in range(count)]
scale = (mib << 20) / sum(weights)
block = r.randbytes(1 << 20)
for i, weight in enumerate(weights):
    folder = os.path.join(root, 'folder %d' % (i // 50))
    os.makedirs(folder, exist_ok=True)
    left = int(weight * scale)
    with open(os.path.join(folder, 'file %d.bin' % i), 'wb') as f:
        while left > 0:
            f.write(block[:left]); left -= len(block)
P
fi

copy_in() { cp -r "$work/tree/." "$mount"; }
# We handle eight files at a time; how ntfs-3g fares when asked to do so too is told beside it.
copy_in_eight() {
  (cd "$work/tree" && find . -type d -print0 | (cd "$mount" && xargs -0 mkdir -p))
  (cd "$work/tree" && find . -type f -print0 | xargs -0 -P 8 -n 100 cp --parents -t "$mount")
}
make_empty() {
  python3 - "$mount" "$((many / 10))" <<'P'
import os, sys
for i in range(int(sys.argv[2])):
    folder = os.path.join(sys.argv[1], 'folder %d' % (i // 1000))
    if i % 1000 == 0: os.mkdir(folder)
    os.close(os.open(os.path.join(folder, 'file number %d.bin' % i), os.O_CREAT | os.O_WRONLY))
P
}
make_files() {
  python3 - "$mount" "$1" "$2" <<'P'
import os, sys
folder = os.path.join(sys.argv[1], 'folder')
os.mkdir(folder)
content = bytes(int(sys.argv[3]))
for i in range(int(sys.argv[2])):
    file = os.open(os.path.join(folder, 'file number %d.bin' % i), os.O_CREAT | os.O_WRONLY)
    if content: os.write(file, content)
    os.close(file)
P
}
read_all() { find "$mount" -type f -print0 | xargs -0 cat; }
read_all_eight() { find "$mount" -type f -print0 | xargs -0 -P 8 -n 100 cat; }
# What the disk gives: the bytes of the tree, into a plain file.
floor() {
  (cd "$work/tree" && find . -type f -print0 | xargs -0 -P 8 -n 100 cat >> "$work/floor.img")
  sync -f "$work"
}
build() { ours build "$work/tree" "$work/ours.img"; sync -f "$work"; }
edit() { ours edit "$1" "$2" "$work/ours.img"; sync -f "$work"; }
export -f floor copy_in copy_in_eight read_all_eight make_empty make_files edit read_all ours mounted build
export work mount jar many

build_and_read() {
  cold; rm -f "$work/ours.img"; seconds bash -c build >> "$work/build.ours"
  cold; seconds bash -c floor >> "$work/build.floor"; rm -f "$work/floor.img"
  cold; empty_volume "$work/theirs.img" $((mib * 3 / 2 + 200))M
  seconds bash -c 'mounted "$work/theirs.img" copy_in' >> "$work/build.theirs"
  cold; empty_volume "$work/theirs.img" $((mib * 3 / 2 + 200))M
  seconds bash -c 'mounted "$work/theirs.img" copy_in_eight' >> "$work/build.eight"
  cold; seconds bash -c 'ours read "$work/ours.img"' >> "$work/read.ours"
  cold; seconds bash -c 'mounted "$work/ours.img" read_all' >> "$work/read.theirs"
  cold; seconds bash -c 'mounted "$work/ours.img" read_all_eight' >> "$work/read.eight"
}
edit_both() {
  for pair in "20000 1000" "100000 0"; do
    to=edit.${pair%% *}
    empty_volume "$work/ours.img" 512M
    cold; seconds bash -c "edit $pair" >> "$work/$to.ours"
    empty_volume "$work/theirs.img" 512M
    cold; seconds bash -c "mounted '$work/theirs.img' make_files $pair" >> "$work/$to.theirs"
  done
}
empty_files() {
  for count in 10000 100000 "$many"; do
    rm -f "$work/many.img"
    /usr/bin/time -f '%e %M' -o "$work/time" bash -c 'ours empty "$1" "$work/many.img"' - "$count"
    cat "$work/time" >> "$work/empty.$count"
  done
  empty_volume "$work/theirs.img" 4G
  seconds bash -c 'mounted "$work/theirs.img" make_empty' >> "$work/empty.theirs"
}
for round in $(seq "$rounds"); do
  if wanted build; then build_and_read; fi
  if wanted edit; then edit_both; fi
  if wanted empty; then empty_files; fi
done

row() {
  awk -v what="$1" -v ours="$2" -v theirs="$3" 'BEGIN {printf "| %s | %.2f | %.2f | %.1f |\n", what, ours, theirs, theirs / ours}'
}
of() { cut -d' ' -f1 "$work/$1" | median; }
report() {
  echo "### $(date +%F): NTFS beside ntfs-3g${only:+, $only}"
  echo
  echo "$files files, $mib MiB, the same bytes each time; $rounds rounds. $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); $(ntfs-3g --version 2>&1 | head -1)."
  echo
  echo "| medians, seconds | vhdboot | ntfs-3g | ratio |"
  echo "| --- | --- | --- | --- |"
  if wanted build; then
    row "bulk build of the tree" "$(of build.ours)" "$(of build.theirs)"
    row "the same, by eight cp at a time" "$(of build.ours)" "$(of build.eight)"
    row "the same bytes by eight cat at a time into one plain file, in ntfs-3g's place" "$(of build.ours)" "$(of build.floor)"
    row "reading everything" "$(of read.ours)" "$(of read.theirs)"
    row "the same, by eight cat at a time" "$(of read.ours)" "$(of read.eight)"
  fi
  if wanted edit; then
    row "20,000 files of 1,000 bytes, created in place in one folder" "$(of edit.20000.ours)" "$(of edit.20000.theirs)"
    row "100,000 empty files, created in place in one folder" "$(of edit.100000.ours)" "$(of edit.100000.theirs)"
  fi
  if wanted empty; then report_empty; fi
}
report_empty() {
  ours_each=$(of "empty.$many" | awk -v n="$many" '{print $1 * 1e6 / n}')
  theirs_each=$(of empty.theirs | awk -v n="$((many / 10))" '{print $1 * 1e6 / n}')
  row "an empty file, microseconds" "$ours_each" "$theirs_each"
  echo
  for count in 10000 100000 "$many"; do
    of "empty.$count" | awk -v n="$count" '{printf "* %d empty files: %.2f s with the start of Java, %.1f microseconds each\n", n, $1, $1 * 1e6 / n}'
  done
  ours warm 10000 100000 "$many" "$work/warm.img" |
    awk '{printf "* %d empty files, when the program was warm: %.2f microseconds each\n", $1, $2}'
  rm -f "$work/warm.img"
  echo "* peak resident memory of the last: $(cut -d' ' -f2 "$work/empty.$many" | median | awk '{printf "%.0f MB", $1 / 1024}') with -Xmx1g"
  echo "* bytes read to open that volume and list its root: $(ours root "$work/many.img")"
}
report | tee "$work/report"
if [ -n "$record" ]; then
  { echo; cat "$work/report"; } >> "$here/RESULTS.md"
fi
