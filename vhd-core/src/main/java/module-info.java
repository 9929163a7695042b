/** Microsoft VHD images as block devices. */
module io.vhdboot.vhd {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.vhd;
}
