/**
 * FAT volumes, such as the system partition of a machine with UEFI. Begin with {@link
 * io.vhdboot.fat.FatVolume} to read, {@link io.vhdboot.fat.FatFormat} to make one and {@link
 * io.vhdboot.fat.FatEditor} to write.
 */
package io.vhdboot.fat;
