package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Where a Windows pages to: {@code PagingFiles} of the session manager. Windows that was started
 * from a VHD puts no paging file into it, but onto a volume outside that has room, mostly the one
 * that holds the VHD.
 *
 * @param line the line of the value; empty for no paging file
 */
public record PagingFile(String line) {

  /** No paging file: the stick is spared, and a dump of memory is not written when it stops. */
  public static final PagingFile NONE = new PagingFile("");

  /** What Windows chooses. */
  public static final PagingFile AUTOMATIC = new PagingFile("?:\\pagefile.sys");

  private static final long MEBIBYTE = 1 << 20;
  private static final long MIN_SIZE = 16 * MEBIBYTE;
  private static final long MAX_SIZE = 16L << 40;

  /**
   * A paging file of a size that stays, on a volume that Windows chooses.
   *
   * @param bytes 16 MiB to 16 TiB, rounded up to MiB
   */
  public static PagingFile ofSize(long bytes) {
    if (bytes < MIN_SIZE || bytes > MAX_SIZE) {
      throw new IllegalArgumentException(
          "the paging file's size (" + bytes + " bytes) must be from 16 MiB to 16 TiB");
    }
    long size = (bytes + MEBIBYTE - 1) / MEBIBYTE;
    return new PagingFile(String.format(Locale.ROOT, "?:\\pagefile.sys %d %d", size, size));
  }

  ServicingOption option() {
    return new ServicingOption() {
      @Override
      public String name() {
        return "paging-file";
      }

      @Override
      public void apply(ServicingEdit edit) throws IOException {
        edit.set(
            WindowsHive.SYSTEM,
            "CurrentControlSet\\Control\\Session Manager\\Memory Management",
            HiveValue.multiString("PagingFiles", line.isEmpty() ? List.of() : List.of(line)),
            line.isEmpty()
                ? "nothing is paged to the stick"
                : "paging goes where and as far as was asked for");
        if (line.isEmpty()) {
          edit.note("without a paging file Windows writes no dump when it stops");
        }
      }
    };
  }
}
