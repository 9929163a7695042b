#!/bin/bash
# Measures reading WIMs beside wimlib-imagex, in turns: wall and processor time, peak resident memory.
# usage: benchmarks/wim-read.sh [--rounds N] [--what LIST] [--record] FILE.wim [IMAGE]
#   --rounds  of each pair (default 3); medians count
#   --what    any of verify,extract (default both)
#   --record  adds the result to RESULTS.md
# Needs wimlib-imagex, /usr/bin/time, cli/target/vhdboot.jar, and room for the image in $TMPDIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=3 what=verify,extract record=
usage() { sed -n 's/^# \{0,1\}//p' "$0" | sed -n '1,6p' >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --what) what=$2; shift 2 ;;
    --record) record=1; shift ;;
    -*) usage ;;
    *) break ;;
  esac
done
[ $# -ge 1 ] || usage
wim=$1 image=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ours() { "$here/../vhdboot" "$@"; }
theirs() { wimlib-imagex "$@"; }
export -f ours theirs; export here

verify_ours() { ours wim verify --quiet "$wim"; }
verify_theirs() { theirs verify "$wim"; }
extract_ours() { ours wim extract --quiet "$wim" --index "$image" --dest "$work/out"; }
extract_theirs() { theirs apply "$wim" "$image" "$work/out"; }
export -f verify_ours verify_theirs extract_ours extract_theirs; export wim image work

median() { sort -n | awk '{a[NR]=$1} END {print NR%2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }

# one WHAT WHO: a run with the WIM in memory, nothing else to be written, and no output there.
one() {
  rm -rf "$work/out"; sync -f "$work"; cat "$wim" >/dev/null
  /usr/bin/time -f '%e %U %S %M' -o "$work/time" bash -c "$1_$2" >/dev/null 2>"$work/err" \
    || { cat "$work/err" >&2; exit 1; }
  cat "$work/time" >> "$work/$1-$2"
}

for each in ${what//,/ }; do
  one "$each" ours; rm "$work/$each-ours"   # warms up, and is not counted
  for ((i = 0; i < rounds; i++)); do one "$each" ours; one "$each" theirs; done
done

report() {
  echo
  echo "## WIM, read: $(date +%F)"
  echo
  echo "$(basename "$wim"), $(stat -c %s "$wim") bytes, image $image; $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | sed -n 's/.*version //p'), $(wimlib-imagex --version | head -1); medians of $rounds rounds in turns, load $(cut -d' ' -f1 /proc/loadavg) at the end."
  echo
  echo "| | ours: wall, user, system | peak | wimlib's: wall, user, system | peak | wall, ours over theirs |"
  echo "| --- | --- | --- | --- | --- | --- |"
  for each in ${what//,/ }; do
    row="| $each"
    for who in ours theirs; do
      for column in 1 2 3; do v[column]=$(awk -v c=$column '{print $c}' "$work/$each-$who" | median); done
      peak=$(awk '{print $4}' "$work/$each-$who" | median)
      row+=" | ${v[1]}, ${v[2]}, ${v[3]} s | $(awk -v k="$peak" 'BEGIN {printf "%.0f MB", k * 1024 / 1e6}')"
      [ $who = ours ] && first=${v[1]}
    done
    echo "$row | $(awk -v a="$first" -v b="${v[1]}" 'BEGIN {printf "%.2f", a / b}') |"
  done
}
if [ -n "$record" ]; then report | tee -a "$here/RESULTS.md"; else report; fi
