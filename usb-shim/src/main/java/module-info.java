/** Disks of this machine: finds, judges, writes and verifies them. */
module io.vhdboot.usb {
  requires transitive io.vhdboot.disk;
  requires com.google.gson;
  requires java.xml;
  requires jdk.unsupported;

  exports io.vhdboot.usb;

  uses io.vhdboot.usb.NativeShim;
}
