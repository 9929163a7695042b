package io.vhdboot.cli;

import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimWriter;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for the form of a WIM that is written. */
final class WimForm {

  @Option(
      names = "--compress",
      paramLabel = "TYPE",
      converter = CompressionConverter.class,
      description = "none, XPRESS (fast), LZX (max) or LZMS (recovery).")
  private WimCompression compression;

  @Option(
      names = "--chunk-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Bytes of a chunk; Microsoft's software takes its own sizes only.")
  private Long chunkSize;

  @Option(names = "--solid", description = "Compress files together, as in an .esd.")
  private boolean solid;

  @Option(
      names = "--solid-compress",
      paramLabel = "TYPE",
      converter = CompressionConverter.class,
      description = "How files are compressed together: LZMS unless given.")
  private WimCompression solidCompression;

  @Option(
      names = "--solid-chunk-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Bytes of a chunk of files together, of LZMS 64MiB unless given.")
  private Long solidChunkSize;

  @Option(names = "--check", description = "Add an integrity table.")
  private boolean check;

  @Option(names = "--nocheck", description = "Add no integrity table.")
  private boolean noCheck;

  /** Whether a form of compression is asked for. */
  boolean isGiven() {
    return compression != null || chunkSize != null || isSolid();
  }

  boolean isSolid() {
    return solid || solidCompression != null || solidChunkSize != null;
  }

  /** How files are compressed together. */
  WimCompression solidCompression() {
    return solidCompression == null ? WimCompression.LZMS : solidCompression;
  }

  /** Bytes of a chunk of files together. */
  int solidChunkSize() {
    return solidChunkSize == null
        ? solidCompression().usualSolidChunkSize()
        : toInt(solidChunkSize);
  }

  /** Whether an integrity table is wanted, where the other possibility is what is usual. */
  boolean wantsIntegrity(boolean usual) {
    return check || usual && !noCheck;
  }

  /** The form of a new file: LZX unless told, LZMS where files are compressed together. */
  WimWriter.Settings apply(WimWriter.Settings settings) {
    WimCompression wanted = compression;
    if (wanted == null) {
      wanted = isSolid() ? solidCompression() : WimCompression.LZX;
    }
    return apply(settings, wanted, wanted.usualChunkSize());
  }

  /** The form of a copy: that of the source but for what is told. */
  WimWriter.Settings apply(WimWriter.Settings settings, WimFile source) {
    return compression == null && !isSolid()
        ? apply(settings, source.compression(), source.chunkSize())
        : apply(settings);
  }

  private WimWriter.Settings apply(
      WimWriter.Settings settings, WimCompression wanted, int usualChunkSize) {
    settings.compression(wanted, chunkSize == null ? usualChunkSize : toInt(chunkSize));
    if (isSolid()) {
      settings.solid(solidCompression(), solidChunkSize());
    }
    return settings;
  }

  private static int toInt(long size) {
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  /** Reads the names that wimlib, imagex and DISM give compressions. */
  static final class CompressionConverter implements ITypeConverter<WimCompression> {

    @Override
    public WimCompression convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "none" -> WimCompression.NONE;
        case "xpress", "fast" -> WimCompression.XPRESS;
        case "lzx", "max", "maximum" -> WimCompression.LZX;
        case "lzms", "recovery" -> WimCompression.LZMS;
        default ->
            throw new TypeConversionException("'" + text + "' is not none, XPRESS, LZX or LZMS");
      };
    }
  }
}
