/**
 * What every format module stands on. Begin with {@link io.vhdboot.disk.BlockDevice}, the one view
 * of anything that holds sectors, and {@link io.vhdboot.disk.DiskFormatException}, the root of all
 * complaints about what was read.
 *
 * <p>Positions and lengths are bytes unless a name says otherwise.
 */
package io.vhdboot.disk;
