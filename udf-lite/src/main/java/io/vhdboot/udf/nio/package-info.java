/**
 * Disc images as file systems of Java, to be read: {@link io.vhdboot.udf.nio.DiscFileSystems} opens
 * one, or {@link java.nio.file.FileSystems#newFileSystem(java.nio.file.Path)} does.
 */
package io.vhdboot.udf.nio;
