/**
 * Windows imaging files. Begin with {@link io.vhdboot.wim.WimFile}, which opens one and lists its
 * images, and {@link io.vhdboot.wim.BlobStreamer}, which hands out the content of many blobs in the
 * order in which they lie in the file.
 *
 * <p>The words: a <i>blob</i> is a run of bytes known by its SHA-1 and stored once; an <i>image</i>
 * is a tree of names; a <i>file</i> ({@link io.vhdboot.wim.WimInode}) has one or several names
 * ({@link io.vhdboot.wim.WimEntry}) and streams, each of which names a blob.
 */
package io.vhdboot.wim;
