/** What file systems of {@code java.nio.file} on volumes in images have in common. */
package io.vhdboot.disk.nio;
