#!/bin/bash
# Measures our codecs beside libwim's, on the same chunks, in turns, in processor time of one core.
# usage: benchmarks/codecs.sh [--rounds N] [--mib N] [--chunk BYTES] [--encode] [--record] CORPUS
#   CORPUS    any large file, best an uncompressed WIM of Windows files; an even sample of it is encoded by libwim
#   --mib     how much of it (default 200; 40 with --encode)
#   --encode  measures encoding instead of decoding, and compares the lengths
#   --record  adds the result to RESULTS.md
# Needs cc and libwim.so.15 (Debian: gcc libwim15).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=5 mib= chunk=32768 verb=decode record=
usage() { sed -n 's/^# \{0,1\}//p' "$0" | sed -n '1,7p' >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --mib) mib=$2; shift 2 ;;
    --chunk) chunk=$2; shift 2 ;;
    --encode) verb=encode; shift ;;
    --record) record=1; shift ;;
    -*) usage ;;
    *) break ;;
  esac
done
[ $# -eq 1 ] && [ -r "$1" ] || usage
corpus=$1
if [ -z "$mib" ]; then mib=$([ $verb = decode ] && echo 200 || echo 40); fi
jar=$here/target/benchmarks.jar
if [ ! -r "$jar" ]; then
  (cd "$here/.." && mvn -q -B -pl benchmarks -am -DskipTests package)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/libwim-codec" "$here/src/main/c/libwim-codec.c" -l:libwim.so.15

# As the vhdboot command starts Java.
vectors=
if grep -qsm1 avx512 /proc/cpuinfo; then
  vectors=-XX:MaxVectorSize=32
fi

median() { sort -n | awk '{a[NR]=$1} END {print NR%2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }

report() {
  for codec in 1 2 3; do
    # XPRESS ends at 64 KiB, LZX at 2 MiB.
    case $codec in
      1) name=XPRESS; [ "$chunk" -le 65536 ] || continue ;;
      2) name=LZX; [ "$chunk" -le 2097152 ] || continue ;;
      3) name=LZMS ;;
    esac
    chunks=$work/$name
    "$work/libwim-codec" make $codec "$chunk" "$mib" "$corpus" "$chunks"
    : > "$work/ours"; : > "$work/theirs"; : > "$work/ratios"
    for ((i = 0; i < rounds; i++)); do
      read -r theirs theirLength < <("$work/libwim-codec" $verb "$chunks")
      read -r ours ourLength < <(java -Xmx1500m $vectors -cp "$jar" io.vhdboot.benchmarks.CodecRun $verb "$chunks")
      echo "$theirs" >> "$work/theirs"; echo "$ours" >> "$work/ours"
      awk "BEGIN {print $ours / $theirs}" >> "$work/ratios"
    done
    LC_ALL=C awk -v name="$name" -v verb=$verb -v ours="$(median < "$work/ours")" -v theirs="$(median < "$work/theirs")" \
      -v ratio="$(median < "$work/ratios")" -v low="$(sort -n "$work/ratios" | head -1)" \
      -v high="$(sort -n "$work/ratios" | tail -1)" -v ourLength="$ourLength" -v theirLength="$theirLength" 'BEGIN {
        printf "| %s %s | %.1f | %.1f | %.2f (%.2f to %.2f) |", name, verb, ours, theirs, ratio, low, high
        if (verb == "encode") printf " %d | %d | %.4f |", ourLength, theirLength, ourLength / theirLength
        printf "\n" }'
  done
}

{
  echo
  echo "## codecs, $verb: $(date -u +%Y-%m-%d)"
  echo
  echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | sed -n 's/.*version //p' | head -1)," \
    "load $(cut -d' ' -f1 /proc/loadavg) at the start; $mib MiB of $(basename "$corpus") in chunks of $chunk, encoded by libwim;" \
    "medians of $rounds rounds in turns."
  echo
  if [ $verb = encode ]; then
    echo "| | ours, MB/s per core | libwim's | ratio | our bytes | libwim's | ratio |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
  else
    echo "| | ours, MB/s per core | libwim's | ratio |"
    echo "| --- | --- | --- | --- |"
  fi
  report
} | tee "$work/report"
if [ -n "$record" ]; then cat "$work/report" >> "$here/RESULTS.md"; fi
