/** Recognises disks, volumes and files of Windows, and shows what they hold. */
module io.vhdboot.image {
  requires transitive io.vhdboot.disk;
  requires transitive io.vhdboot.authenticode;
  requires transitive io.vhdboot.bcd;
  requires transitive io.vhdboot.fat;
  requires transitive io.vhdboot.ntfs;
  requires transitive io.vhdboot.vhd;
  requires io.vhdboot.udf;
  requires io.vhdboot.vhdx;
  requires transitive io.vhdboot.wim;

  exports io.vhdboot.image;
}
