#!/bin/bash
# Measures our writing of WIMs beside wimlib's: the same tree or file, in turns, in seconds of the clock.
# usage: benchmarks/wim.sh [--rounds N] [--work "JOB..."] [--record] FOLDER
#   --rounds  of each pair (default 3); medians count
#   --work    of capture-xpress capture-lzx capture-lzms capture-solid export-lzx copy (default: all)
#   --record  adds the result to RESULTS.md
# Needs wimtools, /usr/bin/time, and room for three times the folder in $TMPDIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=3 record= work="capture-xpress capture-lzx capture-lzms capture-solid export-lzx copy"
usage() { sed -n 's/^# \{0,1\}//p' "$0" | sed -n '1,6p' >&2; exit 2; }
while [ $# -gt 1 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --work) work=$2; shift 2 ;;
    --record) record=1; shift ;;
    *) usage ;;
  esac
done
[ $# = 1 ] && [ -d "$1" ] || usage
folder=$1
vhdboot=$here/../vhdboot
"$vhdboot" --version > /dev/null
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
ours=$place/ours.wim theirs=$place/theirs.wim source=$place/source.wim

median() { sort -n | awk '{a[NR]=$1} END {print NR%2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
measure() { /usr/bin/time -f "%e %M" -o "$place/time" "$@" > /dev/null; }

# capture FORM... - both capture the folder
we_capture() { measure "$vhdboot" wim capture "$folder" "$ours" x "$@"; }
they_capture() { measure wimlib-imagex capture --norpfix "$folder" "$theirs" x "$@"; }
we_export() { measure "$vhdboot" wim export "$source" 1 "$ours" "$@"; }
they_export() { measure wimlib-imagex export "$source" 1 "$theirs" "$@"; }

# The folder's files are in memory for both.
find "$folder" -type f -print0 | xargs -0 cat > /dev/null

result=$place/result.md
{
  echo
  echo "## WIM writing beside wimlib: $(date +%F)"
  echo
  echo "$(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | head -1), load" \
    "$(cut -d' ' -f1 /proc/loadavg) at the start; $(du -sm "$folder" | cut -f1) MiB in $(find "$folder" | wc -l) names;" \
    "medians of $rounds rounds in turns."
  echo
  echo "| | ours, s | wimlib's, s | ratio | our bytes | wimlib's bytes | ratio | our peak, MB | wimlib's peak, MB |"
  echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
} | tee "$result"

for job in $work; do
  : > "$place/a"; : > "$place/b"
  case $job in
    export-lzx | copy)
      [ -e "$source" ] || wimlib-imagex capture --norpfix "$folder" "$source" x \
        --compress="$([ "$job" = copy ] && echo LZX || echo XPRESS)" > /dev/null ;;
  esac
  for ((round = 0; round <= rounds; round++)); do
    rm -f "$ours" "$theirs"
    case $job in
      capture-xpress) one=we_capture two=they_capture form=(--compress=XPRESS) ;;
      capture-lzx) one=we_capture two=they_capture form=(--compress=LZX) ;;
      capture-lzms) one=we_capture two=they_capture form=(--compress=LZMS) ;;
      capture-solid) one=we_capture two=they_capture form=(--solid) ;;
      export-lzx) one=we_export two=they_export form=(--compress=LZX) ;;
      copy) one=we_export two=they_export form=() ;;
      *) usage ;;
    esac
    "$one" "${form[@]}"; cat "$place/time" >> "$place/a"
    # The first of ours warms up, and theirs needs none.
    [ "$round" -gt 0 ] || { : > "$place/a"; continue; }
    "$two" "${form[@]}"; cat "$place/time" >> "$place/b"
  done
  rm -f "$source"
  a=$(cut -d' ' -f1 "$place/a" | median) b=$(cut -d' ' -f1 "$place/b" | median)
  am=$(cut -d' ' -f2 "$place/a" | median) bm=$(cut -d' ' -f2 "$place/b" | median)
  as=$(stat -c %s "$ours") bs=$(stat -c %s "$theirs")
  awk -v j="$job" -v a="$a" -v b="$b" -v as="$as" -v bs="$bs" -v am="$am" -v bm="$bm" 'BEGIN {
    printf "| %s | %.2f | %.2f | %.2f | %d | %d | %.4f | %.0f | %.0f |\n",
      j, a, b, a / b, as, bs, as / bs, am / 1000, bm / 1000 }' | tee -a "$result"
done
[ -z "$record" ] || cat "$result" >> "$here/RESULTS.md"
