/**
 * Microsoft VHD images, fixed, dynamic and differencing, as block devices. Begin with {@link
 * io.vhdboot.vhd.Vhd} to open, edit or create one, with {@link io.vhdboot.vhd.VhdMaintenance} to
 * resize, compact, merge, check or repair one, and with {@link io.vhdboot.vhd.DynamicVhdLayout} to
 * write one in a single pass when it is known beforehand which parts of the disk will hold data.
 *
 * <p>Numbers in a VHD are big-endian. Format facts are from "Virtual Hard Disk Image Format
 * Specification", version 1.0 of October 11, 2006, and from files that Windows made where it says
 * "observed".
 */
package io.vhdboot.vhd;
