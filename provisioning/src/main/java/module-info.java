/** The whole job: from a Windows image to a flash image that boots it from a VHD. */
module io.vhdboot.provisioning {
  requires transitive io.vhdboot.disk;
  requires transitive io.vhdboot.imaging;
  requires transitive io.vhdboot.ntfs;
  requires transitive io.vhdboot.wim;
  requires transitive io.vhdboot.bcd;
  requires transitive io.vhdboot.servicing;
  requires io.vhdboot.hive;
  requires io.vhdboot.image;
  requires io.vhdboot.fat;
  requires io.vhdboot.udf;
  requires io.vhdboot.vhd;
  requires io.vhdboot.vhdx;
  requires com.google.common;
  requires io.vhdboot.bootcode;

  exports io.vhdboot.provisioning;
  exports io.vhdboot.provisioning.bootfiles;
}
