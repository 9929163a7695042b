/**
 * NTFS volumes as file systems of {@code java.nio.file}. Begin with {@link
 * io.vhdboot.ntfs.nio.NtfsFileSystems}; everything else is used through {@link
 * java.nio.file.Files}.
 *
 * <p>Nothing is mounted, and no permission is enforced: whoever holds the image may do anything
 * with it. {@link io.vhdboot.ntfs.nio.NtfsFileSystem} says what paths, attributes and links mean.
 */
package io.vhdboot.ntfs.nio;
