package io.vhdboot.compression;

import java.util.Arrays;

/** What an LZMS decoder learns of a chunk: how decisions turn out, and how often symbols occur. */
final class LzmsModel {

  static final int LONG_ROOT_BITS = 11;
  static final int SHORT_ROOT_BITS = 9;

  /** Where the decisions of each kind begin, in {@link #seen}. */
  static final int MAIN = 0;

  static final int MATCH = MAIN + (1 << LzmsFormat.MAIN_CONTEXT);
  static final int LZ = MATCH + (1 << LzmsFormat.MATCH_CONTEXT);
  private static final int DELTA = LZ + (1 << LzmsFormat.LZ_CONTEXT);
  private static final int LZ_REPEATS = DELTA + (1 << LzmsFormat.DELTA_CONTEXT);
  private static final int DELTA_REPEATS = LZ_REPEATS + (2 << LzmsFormat.REPEAT_CONTEXT);
  private static final int DECISIONS = DELTA_REPEATS + (2 << LzmsFormat.REPEAT_CONTEXT);

  /** Where what each code has learnt begins, in {@link #learnt}. */
  static final int LITERALS = 0;

  static final int LZ_OFFSETS = LITERALS + 1 + LzmsFormat.LITERAL_SYMBOLS;
  static final int LENGTHS = LZ_OFFSETS + 1 + LzmsFormat.OFFSETS.count();
  private static final int DELTA_OFFSETS = LENGTHS + 1 + LzmsFormat.LENGTHS.count();
  private static final int POWERS = DELTA_OFFSETS + 1 + LzmsFormat.OFFSETS.count();
  private static final int LEARNT = POWERS + 1 + LzmsFormat.POWER_SYMBOLS;

  /** The decisions of all kinds in one array, as the decoder's inner loop has few registers. */
  final long[] seen = new long[DECISIONS];

  final LzmsDecisions main = new LzmsDecisions(seen, MAIN, LzmsFormat.MAIN_CONTEXT);
  final LzmsDecisions match = new LzmsDecisions(seen, MATCH, LzmsFormat.MATCH_CONTEXT);
  final LzmsDecisions lz = new LzmsDecisions(seen, LZ, LzmsFormat.LZ_CONTEXT);
  final LzmsDecisions delta = new LzmsDecisions(seen, DELTA, LzmsFormat.DELTA_CONTEXT);
  final LzmsDecisions[] lzRepeats = repeatDecisions(LZ_REPEATS);
  final LzmsDecisions[] deltaRepeats = repeatDecisions(DELTA_REPEATS);

  /** What all codes have learnt, see {@link LzmsCode}. */
  final int[] learnt = new int[LEARNT];

  final LzmsCode literals =
      new LzmsCode(
          "the LZMS literal code",
          learnt,
          LITERALS,
          LzmsFormat.LITERAL_SYMBOLS,
          LzmsFormat.LITERAL_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode lzOffsets =
      new LzmsCode(
          "the LZMS offset code",
          learnt,
          LZ_OFFSETS,
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode deltaOffsets =
      new LzmsCode(
          "the LZMS delta offset code",
          learnt,
          DELTA_OFFSETS,
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode lengths =
      new LzmsCode(
          "the LZMS length code",
          learnt,
          LENGTHS,
          LzmsFormat.LENGTHS.count(),
          LzmsFormat.LENGTH_REBUILD,
          SHORT_ROOT_BITS);
  final LzmsCode powers =
      new LzmsCode(
          "the LZMS power code",
          learnt,
          POWERS,
          LzmsFormat.POWER_SYMBOLS,
          LzmsFormat.POWER_REBUILD,
          SHORT_ROOT_BITS);

  private LzmsDecisions[] repeatDecisions(int first) {
    return new LzmsDecisions[] {
      new LzmsDecisions(seen, first, LzmsFormat.REPEAT_CONTEXT),
      new LzmsDecisions(seen, first + (1 << LzmsFormat.REPEAT_CONTEXT), LzmsFormat.REPEAT_CONTEXT)
    };
  }

  /**
   * Forgets all.
   *
   * @param outputLength the bytes of the chunk, which bound its offsets
   */
  void begin(int outputLength) throws MalformedChunkException {
    Arrays.fill(seen, LzmsFormat.FIRST_DECISIONS);
    main.context = 0;
    match.context = 0;
    lz.context = 0;
    delta.context = 0;
    for (int i = 0; i < lzRepeats.length; i++) {
      lzRepeats[i].context = 0;
      deltaRepeats[i].context = 0;
    }
    int offsetSymbols = LzmsFormat.offsetSymbols(outputLength);
    literals.begin(LzmsFormat.LITERAL_SYMBOLS);
    lzOffsets.begin(offsetSymbols);
    deltaOffsets.begin(offsetSymbols);
    lengths.begin(LzmsFormat.LENGTHS.count());
    powers.begin(LzmsFormat.POWER_SYMBOLS);
  }
}
