/** Images of a WIM: onto NTFS volumes, and from them and from folders of the host. */
module io.vhdboot.imaging {
  requires io.vhdboot.hive;
  requires transitive io.vhdboot.ntfs;
  requires transitive io.vhdboot.wim;

  exports io.vhdboot.imaging.apply;
  exports io.vhdboot.imaging.capture;
}
