package io.vhdboot.ntfs;

/**
 * What a file or directory is besides its names and content. Times are file times: 100 ns since
 * 1601.
 *
 * @param created when it was created
 * @param modified when its content was modified
 * @param changed when its record was changed; Windows shows it nowhere
 * @param accessed when it was last read
 * @param attributes the bits of {@link FileAttributes#SETTABLE} that are set; others are ignored,
 *     since they follow from what the file holds. Only a directory may have {@link
 *     FileAttributes#COMPRESSED} too, which says that Windows shall compress what is new in it;
 *     with clusters of more than 4 KiB, where nothing can be compressed, that is ignored as well
 * @param securityId what {@code NtfsImageBuilder.securityDescriptor} gave for its descriptor, or 0
 *     for the default one
 */
public record FileMetadata(
    long created, long modified, long changed, long accessed, int attributes, int securityId) {

  /** Metadata with one time for all four. */
  public static FileMetadata of(long time, int attributes, int securityId) {
    return new FileMetadata(time, time, time, time, attributes, securityId);
  }
}
