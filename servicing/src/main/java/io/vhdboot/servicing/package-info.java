/**
 * A Windows that does not run, as files: what it is, and changes to it that are reported, recorded
 * beside it and undone. Begin with {@link io.vhdboot.servicing.OfflineWindows} and {@link
 * io.vhdboot.servicing.Servicing}. The files may lie in a folder of the host or in a volume inside
 * an image; any {@link java.nio.file.Path} will do.
 */
package io.vhdboot.servicing;
