/** Runs diskpart scripts on image files. */
module io.vhdboot.diskpart {
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.image;
  requires io.vhdboot.ntfs;
  requires io.vhdboot.bootcode;
  requires com.google.gson;

  exports io.vhdboot.diskpart;
}
