/**
 * Runs diskpart scripts on image files, without Windows. Begin with {@link
 * io.vhdboot.diskpart.DiskPart}; {@link io.vhdboot.diskpart.DriveLetters} keeps what its {@code
 * assign} and {@code attach vdisk} leave behind for later commands.
 */
package io.vhdboot.diskpart;
