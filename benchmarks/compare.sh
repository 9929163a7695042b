#!/bin/bash
# compare.sh [--rounds N] [--record] [WIM [INDEX]] - "vhdboot create" beside the C tools (c-chain.sh) on the same
# WIM in one run: A B A B..., wall time, processor time, peak memory, the ratio of the medians; then the size of
# either VHD file beside the clusters in use in it, and which files vhdboot wrote. Root, for the C tools' loop
# devices. WIM is VHDBOOT_CORPORA/corpora/mix-lzx.wim unless given (VHDBOOT_CORPORA: /var/tmp/vhdboot-corpora).
#   --rounds N   rounds that count, 3 unless told; one more before them warms up and is watched
#   --record     adds the result to RESULTS.md
#   VHDBOOT      the command, ./vhdboot of this checkout unless set
#   TMPDIR       where the sticks are made, /var/tmp unless set; one disk for both
# README.md says what is done to treat both alike.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
vhdboot=$(readlink -f "${VHDBOOT:-$here/../vhdboot}")
rounds=3 record=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --record) record=1; shift ;;
    -*) sed -n 2,12p "$0" >&2; exit 2 ;;
    *) break ;;
  esac
done
wim=$(readlink -f "${1:-${VHDBOOT_CORPORA:-/var/tmp/vhdboot-corpora}/corpora/mix-lzx.wim}")
index=${2:-1}
[ -r "$wim" ] || { echo "compare.sh: no WIM $wim" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "compare.sh: the C tools need root" >&2; exit 2; }
for program in /usr/bin/time sfdisk mkntfs ntfs-3g wimlib-imagex qemu-img vhdimount python3; do
  command -v "$program" > /dev/null || { echo "compare.sh: $program is not installed" >&2; exit 2; }
done

work=$(mktemp -d "${TMPDIR:-/var/tmp}/vhdboot-compare.XXXXXX")
trap 'rm -rf "$work"' EXIT

ours() { "$vhdboot" create --force --image "$wim" --index "$index" --out "$1"; }
theirs() { "$here/c-chain.sh" "$wim" "$index" "$1"; }
export -f ours theirs
export vhdboot here wim index

# measure WHO ROUND - one run from an equal start: the output gone, the disk quiet, the WIM in memory
measure() {
  local stick=$work/$1.img began done flushed
  rm -f "$stick"
  sync -f "$work"
  cat "$wim" > /dev/null
  began=$(date +%s.%N)
  /usr/bin/time -f "%U %S %M" -o "$work/time" bash -c "set -e; $1 $stick" > "$work/$1.log" 2>&1 ||
    { cat "$work/$1.log" >&2; exit 1; }
  done=$(date +%s.%N)
  sync "$stick"
  flushed=$(date +%s.%N)
  echo "$1 $2 $began $done $flushed $(cat "$work/time")" >> "$work/figures"
  awk -v a="$began" -v b="$done" -v c="$flushed" '{ printf "%-7s %-3s %7.2f s, %6.2f s with sync, cpu %6.2f s, peak %4d MB\n",
    who, round, b - a, c - a, $1 + $2, $3 / 1024 }' who="$1" round="$2" "$work/time"
}

"$vhdboot" --version > /dev/null # builds it where it is missing

echo "== $(basename "$wim"), $(stat -c %s "$wim") bytes, image $index"
load=$(cut -d' ' -f1 /proc/loadavg)
echo "== warming up; watching what vhdboot writes"
"$here/watch-files" bash -c "$(declare -f ours); ours $work/ours.img" > "$work/log" 2> "$work/seen" ||
  { cat "$work/seen" >&2; exit 1; }
grep '^/' "$work/seen" > "$work/files" || true
sed "s|$work/|  written: |" "$work/files"
: > "$work/figures"
for round in $(seq "$rounds"); do
  measure ours "$round"
  measure theirs "$round"
done
ours_fill=$("$here/../interop/vhd-fill" "$work/ours.img")
theirs_fill=$("$here/../interop/vhd-fill" "$work/theirs.img")

python3 - "$work" "$wim" "$index" "$load" "$ours_fill" "$theirs_fill" > "$work/summary" << 'PY'
import datetime, os, re, statistics, subprocess, sys
work, wim, index, load, *fills = sys.argv[1:]
runs = {"ours": [], "theirs": []}
for line in open(work + "/figures"):
    who, _, began, done, flushed, user, system, peak = line.split()
    began, done, flushed = float(began), float(done), float(flushed)
    runs[who].append((done - began, flushed - began, float(user), float(system), int(peak) / 1024))
median = {who: [statistics.median(column) for column in zip(*rows)] for who, rows in runs.items()}
best = {who: [min(column) for column in zip(*rows)] for who, rows in runs.items()}

def first(*command):
    try:
        text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
        return text.strip().splitlines()[0] if text.strip() else "?"
    except OSError:
        return "?"

cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
memory = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read()).group(1)) >> 20
print("### %s: create beside the C tools\n" % datetime.date.today())
print("%s, %d bytes, image %s; %d rounds. %d x %s, %d GiB, load %s before; Linux %s; %s; %s; %s.\n" % (
    os.path.basename(wim), os.path.getsize(wim), index, len(runs["ours"]), os.cpu_count(), cpu.group(1) if cpu else "?",
    memory, load, os.uname().release.split("-")[0], first("java", "-version"), first("wimlib-imagex", "--version"),
    first("qemu-img", "--version")))
print("| median (best) of %d | vhdboot create | C tools | ratio of the medians |" % len(runs["ours"]))
print("| --- | --- | --- | --- |")
for column, what, unit in ((0, "wall", "s"), (1, "wall with sync", "s"), (2, "user", "s"), (3, "system", "s"),
                           (4, "peak resident memory", "MB")):
    a, b = median["ours"][column], median["theirs"][column]
    cells = ["%.2f (%.2f) %s" % (median[who][column], best[who][column], unit) for who in ("ours", "theirs")]
    print("| %s | %s | %s | %s |" % (what, *cells, "%.2f" % (b / a) if column < 4 and a else ""))
print("| VHD file over clusters in use | %s | %s | |" % tuple(
    "%s %% (%s over %s)" % (fill.split()[2], *fill.split()[:2]) for fill in fills))
files = [line.strip().replace(work + "/", "") for line in open(work + "/files")]
print("\nFiles that vhdboot had open for writing: %s." % (", ".join(files) or "none seen"))
PY
cat "$work/summary"
[ -z "$record" ] || { echo; cat "$work/summary"; } >> "$here/RESULTS.md"
