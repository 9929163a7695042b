package io.vhdboot.compression;

/** What an LZMS decoder learns of a chunk: how decisions turn out, and how often symbols occur. */
final class LzmsModel {

  static final int LONG_ROOT_BITS = 11;
  static final int SHORT_ROOT_BITS = 9;

  final LzmsDecisions main = new LzmsDecisions(LzmsFormat.MAIN_CONTEXT);
  final LzmsDecisions match = new LzmsDecisions(LzmsFormat.MATCH_CONTEXT);
  final LzmsDecisions lz = new LzmsDecisions(LzmsFormat.LZ_CONTEXT);
  final LzmsDecisions delta = new LzmsDecisions(LzmsFormat.DELTA_CONTEXT);
  final LzmsDecisions[] lzRepeats = repeatDecisions();
  final LzmsDecisions[] deltaRepeats = repeatDecisions();

  final LzmsCode literals =
      new LzmsCode(
          "the LZMS literal code",
          LzmsFormat.LITERAL_SYMBOLS,
          LzmsFormat.LITERAL_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode lzOffsets =
      new LzmsCode(
          "the LZMS offset code",
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode deltaOffsets =
      new LzmsCode(
          "the LZMS delta offset code",
          LzmsFormat.OFFSETS.count(),
          LzmsFormat.OFFSET_REBUILD,
          LONG_ROOT_BITS);
  final LzmsCode lengths =
      new LzmsCode(
          "the LZMS length code",
          LzmsFormat.LENGTHS.count(),
          LzmsFormat.LENGTH_REBUILD,
          SHORT_ROOT_BITS);
  final LzmsCode powers =
      new LzmsCode(
          "the LZMS power code",
          LzmsFormat.POWER_SYMBOLS,
          LzmsFormat.POWER_REBUILD,
          SHORT_ROOT_BITS);

  private static LzmsDecisions[] repeatDecisions() {
    return new LzmsDecisions[] {
      new LzmsDecisions(LzmsFormat.REPEAT_CONTEXT), new LzmsDecisions(LzmsFormat.REPEAT_CONTEXT)
    };
  }

  /**
   * Forgets all.
   *
   * @param outputLength the bytes of the chunk, which bound its offsets
   */
  void begin(int outputLength) throws MalformedChunkException {
    main.clear();
    match.clear();
    lz.clear();
    delta.clear();
    for (int i = 0; i < lzRepeats.length; i++) {
      lzRepeats[i].clear();
      deltaRepeats[i].clear();
    }
    int offsetSymbols = LzmsFormat.offsetSymbols(outputLength);
    literals.begin(LzmsFormat.LITERAL_SYMBOLS);
    lzOffsets.begin(offsetSymbols);
    deltaOffsets.begin(offsetSymbols);
    lengths.begin(LzmsFormat.LENGTHS.count());
    powers.begin(LzmsFormat.POWER_SYMBOLS);
  }
}
