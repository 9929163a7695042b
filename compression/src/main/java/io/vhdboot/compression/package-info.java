/**
 * The compression formats of Windows images, over byte arrays and nothing else. Begin with {@link
 * io.vhdboot.compression.Decompressor} and {@link io.vhdboot.compression.Compressor}.
 */
package io.vhdboot.compression;
