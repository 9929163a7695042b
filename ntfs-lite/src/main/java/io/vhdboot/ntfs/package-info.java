/**
 * NTFS 3.1. Begin with {@link io.vhdboot.ntfs.NtfsImageBuilder}, which makes a whole volume at
 * once, and {@link io.vhdboot.ntfs.NtfsVolume}, which reads an existing one.
 *
 * <p>Each on-disk structure has a class that knows its layout and reads and writes it; the layouts
 * are those that Windows 2000 to 11 leave on disk, as described by the linux-ntfs documentation,
 * libfsntfs and ntfs-3g and as observed in real volumes.
 *
 * <p>File names are strings of the raw 16-bit units that the volume holds; unpaired surrogates are
 * legal in them.
 */
package io.vhdboot.ntfs;
