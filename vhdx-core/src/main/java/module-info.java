/** Microsoft VHDX images as block devices. */
module io.vhdboot.vhdx {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.vhdx;
}
