/**
 * FAT volumes as file systems of {@code java.nio.file}. Begin with {@link
 * io.vhdboot.fat.nio.FatFileSystems}.
 */
package io.vhdboot.fat.nio;
