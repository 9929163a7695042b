/** Native calls for disks; {@link io.vhdboot.usb.NativeShim} finds them. */
package io.vhdboot.usb.ffm;
