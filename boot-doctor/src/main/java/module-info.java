/** Walks the way a machine boots, on the image itself, and says what breaks. */
module io.vhdboot.doctor {
  requires transitive io.vhdboot.bcd;
  requires transitive io.vhdboot.disk;
  requires transitive io.vhdboot.provisioning;
  requires io.vhdboot.authenticode;
  requires io.vhdboot.bootcode;
  requires io.vhdboot.fat;
  requires io.vhdboot.hive;
  requires io.vhdboot.image;
  requires io.vhdboot.ntfs;
  requires io.vhdboot.servicing;
  requires io.vhdboot.vhd;
  requires io.vhdboot.vhdx;

  exports io.vhdboot.doctor;
}
