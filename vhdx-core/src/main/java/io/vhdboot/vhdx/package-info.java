/**
 * Microsoft VHDX images, fixed, dynamic and differencing, as block devices. Begin with {@link
 * io.vhdboot.vhdx.Vhdx} to open, edit or create one, and with {@link io.vhdboot.vhdx.VhdxLayout} to
 * write one in a single pass when it is known beforehand which parts of the disk will hold data;
 * {@link io.vhdboot.vhdx.VhdxMaintenance} resizes, compacts, merges, checks and repairs.
 *
 * <p>Numbers in a VHDX are little-endian. Format facts are from [MS-VHDX], "Virtual Hard Disk v2
 * (VHDX) File Format", and from files of other programs where it says "observed".
 */
package io.vhdboot.vhdx;
