/** Native calls for disks by {@code java.lang.foreign}; found as a service, nothing to call. */
module io.vhdboot.usb.ffm {
  requires io.vhdboot.usb;

  provides io.vhdboot.usb.NativeShim with
      io.vhdboot.usb.ffm.ForeignShim;
}
