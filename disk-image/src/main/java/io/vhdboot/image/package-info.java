/**
 * Opens paths inside images, recognises what a file is and shows what it holds, as deep as the
 * nesting goes. Begin with {@link io.vhdboot.image.ImagePath} and {@link
 * io.vhdboot.image.DiskInspector}; {@link io.vhdboot.image.BootPath} says what each boot entry's
 * device leads to. {@link io.vhdboot.image.VirtualDisk} is one view of files that hold virtual
 * disks, whatever their format.
 */
package io.vhdboot.image;
