/** Images of a WIM, onto NTFS volumes. */
module io.vhdboot.imaging {
  requires transitive io.vhdboot.ntfs;
  requires transitive io.vhdboot.wim;

  exports io.vhdboot.imaging.apply;
}
